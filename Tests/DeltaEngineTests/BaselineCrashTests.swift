import DeltaEngine
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A baseline file is the old one or the new one")
struct BaselineCrashTests {
    private func twoStates() throws -> (
        folder: TemporaryFolder, old: Model, new: Model, oldBytes: [UInt8], newBytes: [UInt8]
    ) {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/b"
        var random = SplitMix64(state: 7)
        var catalogue = Catalogue(using: &random)
        let (baseline, _) = try ObservedBaseline.build(
            from: SnapshotText(catalogue.text),
            format: SnapshotFormat(),
            path: path,
            generation: 1
        ) { _ in }
        let old = try Model(baseline)
        let oldBytes = TemporaryFolder.read(path)
        catalogue.change(using: &random)
        let diff = try baseline.diff(SnapshotText(catalogue.text), format: SnapshotFormat()) { _ in }
        try baseline.accept(diff, generation: 2)
        return (folder, old, try Model(baseline), oldBytes, TemporaryFolder.read(path))
    }

    @Test("wherever the write of a commit was cut off")
    func truncated() throws {
        let (folder, old, new, oldBytes, newBytes) = try twoStates()
        #expect(old != new)
        for end in stride(from: oldBytes.count, through: newBytes.count, by: 61) {
            TemporaryFolder.write(Array(newBytes[..<end]), to: "\(folder.path)/c")
            let baseline = try ObservedBaseline.open(path: "\(folder.path)/c")
            let model = try Model(baseline)
            #expect(model == (baseline.generation == 2 ? new : old), "\(end) bytes")
        }
        let whole = try ObservedBaseline.open(path: "\(folder.path)/b")
        #expect(whole.generation == 2)
    }

    @Test("whichever page of a commit was lost; the next commit overwrites the rest")
    func torn() throws {
        let (folder, old, _, oldBytes, newBytes) = try twoStates()
        let path = "\(folder.path)/c"
        for start in stride(from: oldBytes.count, to: newBytes.count, by: 512) {
            var torn = newBytes
            for index in start..<min(start + 512, torn.count) { torn[index] = 0 }
            guard torn != newBytes else { continue }
            TemporaryFolder.write(torn, to: path)
            let baseline = try ObservedBaseline.open(path: path)
            #expect(try Model(baseline) == old)
            let key = PositionKey(sku: "HEALED", location: "L", unit: "")
            try baseline.accept([Delta(key: key, change: .added(Quantity(units: 3)))], generation: 2)
            let again = try ObservedBaseline.open(path: path)
            #expect(again.generation == 2)
            #expect(try again.view.net(key) == Quantity(units: 3))
            #expect(again.count == old.nets.count + 1)
        }
    }

    @Test("and commits that the database does not know are discarded")
    func discards() throws {
        let (folder, old, new, _, _) = try twoStates()
        let path = "\(folder.path)/b"
        let baseline = try ObservedBaseline.open(path: path, generation: 1)
        #expect(try Model(baseline) == old)
        #expect(try Model(ObservedBaseline.open(path: path, generation: 2)) == new)
        #expect(throws: Fault.self) { try ObservedBaseline.open(path: path, generation: 3) }
        try baseline.accept([], generation: 2)
        #expect(try Model(ObservedBaseline.open(path: path)) == old)
    }

    @Test(
        "or is refused if bytes of it are wrong, and is never read past its end",
        arguments: UInt64(0)..<200
    )
    func damaged(seed: UInt64) throws {
        let (folder, old, new, _, newBytes) = try twoStates()
        var random = SplitMix64(state: seed)
        var bytes = newBytes
        for _ in 0...Int.random(in: 0...3, using: &random) {
            let index =
                random.chance(40)
                ? Int.random(in: 0..<400, using: &random) : bytes.indices.randomElement(using: &random) ?? 0
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        if random.chance(20) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        TemporaryFolder.write(bytes, to: "\(folder.path)/d")
        do throws(Fault) {
            let baseline = try ObservedBaseline.open(path: "\(folder.path)/d")
            // A sound look at every byte finds what opening does not look at.
            let isSound = (try? baseline.verify()) != nil
            let model = try? Model(baseline)
            // What is not refused is right.
            if let model { #expect(model == old || model == new) }
            _ = try? baseline.view.positions(of: old.nets.keys.map(\.sku))
            _ = try? baseline.diff(SnapshotText("sku,on_hand\nSKU-1,5\n"), format: SnapshotFormat()) { _ in }
            if isSound { #expect(model != nil) }
        } catch {
            let codes: [Fault.Code] = [
                .baselineDamaged, .baselineForeign, .baselineNewerVersion, .baselineCannotRead,
            ]
            #expect(codes.contains(error.code))
            #expect(!error.hint.isEmpty)
        }
    }

    @Test("other files are refused")
    func foreign() throws {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/b"
        for text in ["", "sku,on_hand\n", String(repeating: "x", count: 10_000)] {
            TemporaryFolder.write(Array(text.utf8), to: path)
            #expect { try ObservedBaseline.open(path: path) } throws: {
                ($0 as? Fault)?.code == .baselineForeign
            }
        }
        #expect { try ObservedBaseline.open(path: "\(folder.path)/none") } throws: {
            ($0 as? Fault)?.code == .baselineNotFound
        }
    }
}
