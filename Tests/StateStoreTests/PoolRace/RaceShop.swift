import InventoryCore
import StateStore
import TestSupport

/// A shop in virtual time: answers come late, are lost or refuse, levels are made anew, and a judge looks at
/// each effect.
struct RaceShop {
    private(set) var now = 0.0
    /// What the levels that exist show.
    private(set) var shown: [LevelID: Quantity] = [:]
    private(set) var ids: [LevelKey: LevelID] = [:]
    private(set) var violations: [String] = []
    /// In how many of a hundred requests something goes wrong.
    var faults = 0
    /// The most that each stock may show.
    var bounds: [SKU: Quantity] = [:]

    private var keys: [LevelID: LevelKey] = [:]
    private var random: SplitMix64
    private var agenda: [(at: Double, work: Work)] = []
    private var operations: [OperationID: Operation] = [:]
    private var idsGiven = 0

    private enum Work {
        case effect(LevelWrite)
        case record(OperationID, Int, LevelWrite)
        case start(PushAction)
        case answer(PushEvent)
    }

    private struct Operation {
        let levels: [LevelID]
        var answers: [RecordAnswer?]
    }

    private enum Fault: CaseIterable {
        case busy
        case lostBefore
        case lostAfter
        case late
        case refused
        case madeAnew
    }

    init(levels: [LevelKey], seed: UInt64) {
        random = SplitMix64(state: seed ^ 0x7261_6365)
        for key in levels { add(key, showing: .zero) }
    }

    /// The SKU whose stock a level shows a part of: `S-1-KA` is the second product of `S-1`.
    static func stock(of key: LevelKey) -> SKU {
        let text = key.sku.text
        return text.hasSuffix("-KA") ? SKU(String(text.dropLast(3))) : key.sku
    }

    func level(_ key: LevelKey) -> ShopLevel? {
        guard let id = ids[key], let quantity = shown[id] else { return nil }
        return ShopLevel(id: id, key: key, quantity: quantity, precision: 0, isPrimaryUnit: true)
    }

    func levels(of operation: OperationID) -> Set<LevelID> {
        Set(operations[operation]?.levels ?? [])
    }

    mutating func start(_ action: PushAction) {
        agenda.append((now + Double.random(in: 0.05...1, using: &random), .start(action)))
    }

    /// Goes on to the next thing that happens, or to `limit`; gives the answers that arrive.
    mutating func advance(to limit: Double) -> [PushEvent] {
        let next = agenda.map(\.at).min() ?? .infinity
        now = max(now, min(next, limit))
        var events: [PushEvent] = []
        while let index = agenda.firstIndex(where: { $0.at <= now }) {
            switch agenda.remove(at: index).work {
            case .effect(let write): _ = set(write)
            case .record(let operation, let place, let write):
                let answer = set(write)
                operations[operation]?.answers[place] = answer
            case .start(let action): perform(action)
            case .answer(let event): events.append(event)
            }
        }
        return events
    }

    var isQuiet: Bool { agenda.isEmpty }

    /// The client is killed: no answer arrives, and what was on its way takes effect late, or never.
    mutating func loseClient() {
        let works = agenda
        agenda = []
        for (at, work) in works {
            switch work {
            case .effect, .record: agenda.append((at, work))
            case .answer: break
            case .start(let action):
                for wish in action.wishes where random.chance(50) {
                    agenda.append((now + Double.random(in: 0...20, using: &random), .effect(wish.write)))
                }
            }
        }
    }

    /// The level is deleted and made anew under another id, showing no more than before.
    mutating func makeAnew(_ id: LevelID) {
        guard let key = keys[id], let quantity = shown.removeValue(forKey: id) else { return }
        let units = quantity.millionths / Quantity.scale
        add(
            key,
            showing: Quantity(units: random.chance(50) ? 0 : Int64.random(in: 0...units, using: &random))
        )
    }

    private mutating func add(_ key: LevelKey, showing quantity: Quantity) {
        idsGiven += 1
        let id = LevelID("L-\(idsGiven)")
        (ids[key], keys[id], shown[id]) = (id, key, quantity)
    }

    private mutating func fault() -> Fault? {
        guard random.chance(faults) else { return nil }
        return random.pick(Fault.allCases)
    }

    private mutating func answer(_ event: PushEvent) {
        agenda.append((now + Double.random(in: 0...0.5, using: &random), .answer(event)))
    }

    private mutating func perform(_ action: PushAction) {
        switch action {
        case .write(let ticket, let wish): answer(.written(ticket, write(wish.write)))
        case .submit(let ticket, let wishes, let synchronous):
            answer(.submitted(ticket, submit(wishes.map(\.write), synchronous: synchronous)))
        case .poll(let ticket, let id, _):
            let records = operations[id]?.answers.compactMap(\.self) ?? []
            let isFinal = records.count == operations[id]?.answers.count
            answer(.polled(ticket, isFinal ? .finished(records) : .pending(progress: nil)))
        case .readBack(let ticket, let levels):
            let found = levels.compactMap { level in shown[level].map { (level, $0) } }
            answer(.readBack(ticket, .levels(Dictionary(uniqueKeysWithValues: found))))
        case .probe(let ticket): answer(.probed(ticket, nil))
        }
    }

    private mutating func write(_ write: LevelWrite) -> WriteAnswer {
        switch fault() {
        case .busy: return .trouble(.busy(retryAfterSeconds: 1))
        case .lostBefore: return .record(.lost("lost"))
        case .lostAfter: _ = set(write)
        case .late: agenda.append((now + Double.random(in: 0...50, using: &random), .effect(write)))
        case .refused: return .record(.refused(.invalidValue, detail: "no"))
        case .madeAnew:
            makeAnew(write.level)
            return .record(set(write))
        case nil: return .record(set(write))
        }
        return .record(.lost("lost"))
    }

    private mutating func submit(_ writes: [LevelWrite], synchronous: Bool) -> SubmitAnswer {
        let fault = fault()
        switch fault {
        case .busy: return .trouble(.busy(retryAfterSeconds: 1))
        case .lostBefore: return .unknown("lost")
        case .madeAnew: makeAnew(writes[random.below(writes.count)].level)
        case .lostAfter, .late, .refused, nil: break
        }
        if synchronous, fault != .late {
            let gone = writes.map { shown[$0.level] == nil }
            if gone.contains(true) {
                return .records(gone.map { $0 ? .refused(.levelGone, detail: "") : .notApplied })
            }
            let answers = writes.map { set($0) }
            return fault == .lostAfter ? .unknown("lost") : .records(answers)
        }
        let id = OperationID("O-\(operations.count)")
        operations[id] = Operation(levels: writes.map(\.level), answers: writes.map { _ in nil })
        for (place, write) in writes.enumerated() {
            let at = now + Double.random(in: 0...30, using: &random)
            if fault == .refused, random.chance(30) {
                operations[id]?.answers[place] = .refused(.invalidValue, detail: "no")
            } else {
                agenda.append((at, .record(id, place, write)))
            }
        }
        return fault == .lostAfter || fault == .late ? .unknown("lost") : .accepted(id)
    }

    private mutating func set(_ write: LevelWrite) -> RecordAnswer {
        guard let key = keys[write.level], let before = shown[write.level] else {
            return .refused(.levelGone, detail: "")
        }
        shown[write.level] = write.quantity
        let stock = RaceShop.stock(of: key)
        let sum = shown.reduce(Int64(0)) { sum, level in
            keys[level.key].map(RaceShop.stock) == stock ? sum + level.value.millionths : sum
        }
        let bound = bounds[stock] ?? .zero
        if write.quantity > before, sum > bound.millionths {
            let shows = Quantity(millionths: sum)
            violations.append("\(key) from \(before) to \(write.quantity): \(shows) of \(bound)")
        }
        return .applied
    }
}

extension PushAction {
    fileprivate var wishes: [Wish] {
        switch self {
        case .write(_, let wish): [wish]
        case .submit(_, let wishes, _): wishes
        case .poll, .readBack, .probe: []
        }
    }
}
