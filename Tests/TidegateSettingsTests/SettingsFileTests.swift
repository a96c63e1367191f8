import Foundation
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import TidegateSettings

@Suite("Configuration files")
struct SettingsFileTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("the commented reference loads without a warning, and its values are the defaults")
    func reference() throws {
        let settings = try Settings.load(path: Self.root.appending(path: "config/tidegate.yaml").path)
        #expect(settings.warnings.isEmpty)
        #expect(settings.guards == GuardThresholds())
        #expect(settings.store == StoreSettings())
        #expect(settings.service == ServiceSettings())
        #expect(settings.oro.push == OroSettings(url: "").push)
        #expect(settings.oro.timeouts == OroSettings(url: "").timeouts)
        #expect(settings.sources[0].format.dialect == Dialect())
        #expect(settings.schedule == .every(seconds: 300))
        #expect(settings.owners.count == InventoryException.Owner.allCases.count)
        #expect(settings.shop == .main && settings.sources.map(\.id) == [.main])
    }

    @Test("the examples of the reference load when they are uncommented")
    func examples() throws {
        let sources = try example("# sources:")
        let settings = try Fixture.settings(sources + "\n" + Fixture.oro)
        #expect(settings.sources.map(\.id) == ["erp", "wholesaler"] && settings.warnings.isEmpty)
        let fences = try example("# fences:")
        let rules = try Fixture.rules("sites: { main: { locations: [\"WH-*\"] } }\n" + fences + "\n")
        #expect(rules.rules.fences.map(\.rules.count) == [2])
    }

    /// The example in the reference that begins with this line, uncommented.
    private func example(_ first: String) throws -> String {
        let text = try String(contentsOf: Self.root.appending(path: "config/tidegate.yaml"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == first })
        let end = try #require(lines[start...].firstIndex { !$0.hasPrefix("#") })
        return lines[start..<end].map { $0.dropFirst(2) }.joined(separator: "\n")
    }

    @Test("every committed example loads")
    func committedExamples() throws {
        let folder = Self.root.appending(path: "config/examples")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".yaml")
        }
        #expect(!names.isEmpty)
        for name in names {
            let settings = try Settings.load(path: folder.appending(path: name).path)
            #expect(settings.sources[0].format.columns != .byName, "\(name)")
        }
    }

    @Test("a damaged file is accepted, or refused with places inside it", arguments: 0..<200)
    func damaged(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let reference = try String(
            contentsOf: Self.root.appending(path: "config/tidegate.yaml"),
            encoding: .utf8
        )
        var lines = reference.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        for _ in 0...random.below(4) {
            let index = random.below(lines.count)
            switch random.below(5) {
            case 0: lines.remove(at: index)
            case 1: lines.insert(lines[random.below(lines.count)], at: index)
            case 2: lines[index] = String(repeating: " ", count: random.below(6)) + lines[index]
            case 3:
                lines[index] = lines[index].replacing(":", with: random.below(2) == 0 ? "" : ": &a *a ? [")
            default:
                var bytes = Array(lines[index].utf8)
                if !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(0x20 + random.below(0x5F)) }
                lines[index] = String(decoding: bytes, as: UTF8.self)
            }
        }
        for problem in Fixture.problems(lines.joined(separator: "\n")) {
            #expect(
                (0...lines.count + 1).contains(problem.line) && !problem.reason.isEmpty,
                "seed \(seed): \(problem)"
            )
        }
    }

    @Test("a file that is not there is one problem that says so")
    func missing() throws {
        try Fixture.withFolder { folder in
            for path in ["none.yaml", ""] {
                let path = folder.appending(path: path).path
                let error = try #require(throws: SettingsProblems.self) { try Settings.load(path: path) }
                #expect(error.isFileMissing && error.problems.count == 1)
            }
        }
    }

    @Test("a file that is too large or not UTF-8 is refused")
    func unreadable() throws {
        try Fixture.withFolder { folder in
            let file = folder.appending(path: "t.yaml")
            let cases: [(Data, SettingsProblem.Code)] = [
                (Data(repeating: 0x23, count: (1 << 20) + 1), .fileTooLarge),
                (Data([0x61, 0x3A, 0x20, 0xFC]), .badEncoding),
                (Data([0xFF, 0xFE, 0x61, 0x00]), .badEncoding),
                (Data([0x61, 0x3A, 0x20, 0x01]), .badYaml),
            ]
            for (bytes, code) in cases {
                try bytes.write(to: file)
                let error = try #require(throws: SettingsProblems.self) { try Settings.load(path: file.path) }
                #expect(error.problems.map(\.code) == [code])
            }
        }
    }

    @Test("a byte order mark is no part of the first key")
    func byteOrderMark() throws {
        try Fixture.withFolder { folder in
            let file = folder.appending(path: "t.yaml")
            try Data([0xEF, 0xBB, 0xBF] + Array(Fixture.minimal.utf8)).write(to: file)
            #expect(try Settings.load(path: file.path).sources[0].path == "stock.csv")
        }
    }

    @Test("rules name list files that are read with them")
    func lists() throws {
        try Fixture.withFolder { folder in
            let list = folder.appending(path: "promo.txt")
            let file = folder.appending(path: "rules.yaml")
            let text = "safety_stock: [{ match: { sku_file: \(list.path) }, quantity: 1 }]\n"
            try Data(text.utf8).write(to: file)
            let error = try #require(throws: SettingsProblems.self) { try RulesFile.load(path: file.path) }
            #expect(Fixture.marks(error.problems) == ["1:37 bad_list safety_stock[1].match.sku_file"])
            try Data("AB-1\nÄ 2\n".utf8).write(to: list)
            let rules = try RulesFile.load(path: file.path).rules
            #expect(rules.safety.first?.match == .list(name: list.path, skus: ["AB-1", "Ä 2"]))
        }
    }

    @Test("a unit listed for one SKU goes before the unit of all")
    func units() throws {
        var table = UnitTable(general: [
            UnitConversion(erp: "CS", perBase: try #require(Ratio(12, over: 1)), shop: "case")
        ])
        let text =
            "oro,sku,erp,per_base\r\n# ours\ncase,AB-1,CS,24\n\"pack \"\"S\"\"\",AB-1,PK,\"1/3\"\n"
        try UnitList(file: "u.csv").read(text, into: &table)
        #expect(table.perBase(erp: "CS", of: "AB-1") == Ratio(24, over: 1))
        #expect(table.perBase(shop: "pack \"S\"", of: "AB-1") == Ratio(1, over: 3))
        #expect(table.perBase(erp: "CS", of: "AB-2") == Ratio(12, over: 1))
        #expect(table.perBase(erp: "PK", of: "AB-2") == nil)
    }

    @Test("every bad row of a unit list is reported with its line")
    func badUnits() throws {
        var table = UnitTable(general: [])
        let text =
            "sku,erp,per_base,oro\nA,CS,0,case\nA,CS\n,CS,1,case\nA,CS,1,case\nA,CS,2,case\n\"A,CS,1,case\n"
        let error = try #require(throws: SettingsProblems.self) {
            try UnitList(file: "u.csv").read(text, into: &table)
        }
        #expect(error.problems.map(\.line) == [2, 3, 4, 6, 7])
        for header in ["", "sku,erp,oro", "sku,erp,oro,oro"] {
            #expect(throws: SettingsProblems.self) { try UnitList(file: "u.csv").read(header, into: &table) }
        }
    }
}
