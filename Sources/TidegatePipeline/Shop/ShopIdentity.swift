package import InventoryCore
package import OroClient
import StateStore

/// Makes sure that the shop is the one that the state belongs to, before anything is read into the state or
/// written.
///
/// One request an opening, and only by a run that needs the shop; in a process that lives on, one an hour.
package actor ShopIdentity {
    private let state: StateDatabase
    private var confirmed: ContinuousClock.Instant?
    private var isAsking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// How long one process believes what it was told.
    private static let believed = Duration.seconds(3600)

    init(state: StateDatabase) {
        self.state = state
    }

    /// Refuses another address than the bound one; asks nothing.
    ///
    /// - Throws: `Fault` with `other_shop`.
    package func requireAddress(of shop: OroClient) async throws {
        guard let binding = try await state.binding(), binding.address != shop.shopAddress else { return }
        // A state that knows no level yet has nothing that could be taken for the other shop's.
        guard try await !state.nameSample(limit: 1).isEmpty else { return }
        throw Fault.otherShop(
            "The state belongs to the shop at \(binding.address); `oro.url` leads to \(shop.shopAddress)."
        )
    }

    /// Refuses a shop whose levels are not those that the state knows.
    ///
    /// - Throws: `Fault` with `other_shop`, or what keeps the shop from answering.
    package func require(_ shop: OroClient) async throws {
        try await requireAddress(of: shop)
        while isAsking { await withCheckedContinuation { waiting.append($0) } }
        if let confirmed, confirmed.duration(to: .now) < Self.believed { return }
        isAsking = true
        defer {
            isAsking = false
            for one in waiting { one.resume() }
            waiting = []
        }
        try await confirm(shop)
        confirmed = .now
    }

    /// Notes that all names have just been read.
    func noteConfirmed() {
        confirmed = .now
    }

    /// The same for a look at the state beside whoever works in it: nothing is noted.
    ///
    /// - Throws: as `require`.
    package func examine(_ shop: OroClient) async throws {
        try await requireAddress(of: shop)
        _ = try await sample(shop)
    }

    /// Asks for levels; where that fails and the shop answers others, for one half and then the other, so
    /// that one level that cannot be read is not taken for the shop.
    private func identify(
        _ levels: [LevelID],
        at shop: OroClient
    ) async throws -> (asked: Set<LevelID>, answer: ShopIdentityAnswer) {
        do {
            return (Set(levels), try await shop.identify(levels))
        } catch {
            guard levels.count > 1, await shop.probe() == nil else { throw error }
        }
        let half = Array(levels[..<(levels.count / 2)])
        do {
            return (Set(half), try await shop.identify(half))
        } catch {
            let other = Array(levels[(levels.count / 2)...])
            return (Set(other), try await shop.identify(other))
        }
    }

    private func confirm(_ shop: OroClient) async throws {
        guard let (sample, created) = try await sample(shop) else {
            return try await state.bind(to: shop.shopAddress, at: .now)
        }
        try await state.record(sample, of: shop.shopAddress, created: created, at: .now)
    }

    /// Asks for some known levels; nothing where none is known.
    private func sample(_ shop: OroClient) async throws -> (NameSample, created: String?)? {
        let known = try await state.nameSample()
        guard !known.isEmpty else { return nil }
        let (asked, answer) = try await identify(known.keys.sorted(), at: shop)
        let sample = NameSample(
            known: known.filter { asked.contains($0.key) },
            shown: Dictionary(answer.levels.map { ($0.id, $0.key.sku) }, uniquingKeysWith: { $1 }),
            hidden: Set(answer.unnamed)
        )
        if sample.verdict == .hidden {
            throw Fault.productsHidden("levels are shown without their product or unit")
        }
        if sample.verdict == .none, try await !shop.listsLevels() {
            throw Fault.productsHidden("it lists no level at all")
        }
        guard sample.verdict == .same else {
            throw Fault.otherShop(
                "Of \(known.count) levels that the state knows, \(sample.different.count) are gone from "
                    + "\(shop.shopAddress) or are another SKU's: it is another shop, or was made anew."
            )
        }
        if let before = try await state.binding()?.created, let now = answer.created, before != now {
            throw Fault.otherShop(
                "The organization at \(shop.shopAddress) was made at \(now), that of the state at \(before)."
            )
        }
        return (sample, answer.created)
    }
}

extension Fault.Code {
    /// The shop is not the one that the state folder belongs to.
    package static let otherShop = Fault.Code("other_shop")
}

extension Fault {
    static func otherShop(_ message: String) -> Fault {
        Fault(
            .badConfiguration,
            code: .otherShop,
            place: "oro.url",
            message: message,
            hint: "Nothing was read or written. Correct `oro.url`; if the state shall belong to this shop "
                + "from now on, run `tidegate shop adopt --reason TEXT`."
        )
    }

    /// A role that may not view products: its shop looks empty, and that says nothing of the products.
    static func productsHidden(_ cause: String) -> Fault {
        Fault(
            .notPermitted,
            code: .shopPermission,
            place: "GET /inventorylevels",
            message: "OroCommerce does not permit it: \(cause).",
            hint: "Give the integration's role view on products (of the whole organization); nothing that is "
                + "known was forgotten."
        )
    }
}
