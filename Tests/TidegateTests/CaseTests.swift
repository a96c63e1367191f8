import Foundation
import Testing

/// Small inputs for troubles that people who do this job have met, each with what the shop must show.
///
/// Each folder of `Cases` has files, a configuration and the shop's catalogue.
@Suite("Troubles that others have met")
struct CaseTests {
    /// Something that is done, how it ends, and what the shop shows then of some levels.
    struct Step: Sendable {
        enum Action: Sendable {
            /// A file of the case takes the snapshot's place, with its manifest if it has one, and is synced.
            case sync(String)
            /// Files of the case are put into the drop folder, in this order, and are synced together.
            case drop([String])
            /// A file of the drop folder is touched, and synced.
            case touch(String)
            /// Everything that is held is approved.
            case approve
        }

        let action: Action
        let exit: Int32
        let shows: [String: String]
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var configuration = "tidegate.yaml"
        let steps: [Step]

        var testDescription: String { name }
    }

    private static func sync(_ file: String, _ exit: Int32, _ shows: [String: String]) -> Step {
        Step(action: .sync(file), exit: exit, shows: shows)
    }

    private static func approve(_ exit: Int32, _ shows: [String: String]) -> Step {
        Step(action: .approve, exit: exit, shows: shows)
    }

    @Test("the shop shows what is right after every step", arguments: cases)
    func right(_ one: Case) async throws {
        let stage = try CaseStage(one.name, configuration: one.configuration)
        defer { stage.shop.kill() }
        for (number, step) in one.steps.enumerated() {
            let ending: Program.Ending
            switch step.action {
            case .sync(let file): ending = try stage.sync(file)
            case .drop(let files): ending = try stage.drop(files)
            case .touch(let file): ending = try stage.touch(file)
            case .approve: ending = try stage.approve()
            }
            #expect(ending.status == step.exit, "step \(number + 1): \(ending.output)\(ending.errors)")
            let levels = try await stage.levels()
            for (level, quantity) in step.shows {
                #expect(levels[level] == quantity, "step \(number + 1): \(level)")
            }
        }
    }

    private static let moved = ["T-001": "21", "T-002": "22", "T-003": "23"]
    private static let folder = [
        Step(action: .drop(["stock-20261127.csv"]), exit: 0, shows: ["O-1": "9"]),
        Step(action: .drop(["stock-20261128.csv"]), exit: 0, shows: ["O-1": "2"]),
        Step(action: .touch("stock-20261127.csv"), exit: 0, shows: ["O-1": "2"]),
    ]
    private static let timed = [
        Step(action: .drop(["timed-20261127.csv"]), exit: 0, shows: ["O-1": "9"]),
        Step(action: .drop(["timed-20261128.csv"]), exit: 0, shows: ["O-1": "2"]),
        Step(action: .touch("timed-20261127.csv"), exit: 0, shows: ["O-1": "2"]),
    ]

    static let cases: [Case] = [
        Case(
            name: "a-column-for-each-warehouse",
            steps: [
                sync("day1.csv", 3, ["W-1": "0", "W-3": "0"]),
                approve(4, ["W-1": "5", "W-2": "0", "W-3": "0"]),
            ]
        ),
        Case(name: "carriage-returns-only", steps: [sync("day1.csv", 0, ["R-1": "5", "R-2": "6"])]),
        Case(
            name: "codes-in-another-case",
            steps: [
                sync("day1.csv", 0, ["C-1": "15", "C-2": "8", "C-3": "6"]),
                sync("day2.csv", 4, ["C-1": "15", "C-2": "8", "C-3": "6"]),
                sync("day3.csv", 4, ["C-1": "10", "C-2": "8", "C-3": "6"]),
            ]
        ),
        Case(
            name: "codes-in-another-case",
            steps: [
                sync("day1.csv", 0, ["C-1": "15"]), sync("mixed-unit.csv", 4, ["C-1": "15"]),
                sync("mixed-unit.csv", 4, ["C-1": "15"]),
            ]
        ),
        Case(
            name: "cut-in-the-last-number",
            steps: [sync("day1.csv", 0, ["CU-2": "128"]), sync("day2.csv", 65, ["CU-2": "128"])]
        ),
        Case(
            name: "date-and-time-in-two-columns",
            steps: [sync("day1.csv", 0, ["M-1": "5", "M-2": "6"])]
        ),
        Case(
            name: "delta-lists-one-bin",
            steps: [sync("delta1.csv", 0, ["BB-1": "100"]), sync("delta2.csv", 0, ["BB-1": "99"])]
        ),
        Case(
            name: "delta-of-sold-out-articles",
            steps: [
                sync("delta1.csv", 0, ["SO-3": "10", "SO-5": "10"]),
                sync("delta2.csv", 0, ["SO-3": "0", "SO-5": "10"]),
                sync("delta3.csv", 0, ["SO-3": "0", "SO-5": "7"]),
            ]
        ),
        Case(
            name: "difficult-skus",
            steps: [
                sync(
                    "day1.csv",
                    0,
                    ["12.340": "21", "12.34": "22", "1E5": "23", "100000": "24", "#12": "18", "'Q'": "20"]
                )
            ]
        ),
        Case(
            name: "doubled-rows-under-reject",
            steps: [
                sync("day1.csv", 0, ["K-006": "16"]), sync("day2.csv", 3, ["K-006": "16"]),
                approve(4, ["K-006": "16", "K-150": "22"]), sync("day3.csv", 3, ["K-006": "16"]),
                approve(4, ["K-006": "16", "K-150": "23"]),
            ]
        ),
        Case(
            name: "excel-text-guard",
            steps: [
                sync("day1.csv", 3, ["00470": "1", "AB-7": "1"]),
                approve(4, ["00470": "1", "00471": "1", "AB-7": "3"]),
            ]
        ),
        Case(
            name: "float-noise-in-json",
            steps: [sync("day1.ndjson", 0, ["ROPE-4/m": "7.1", "ROPE-6/m": "1800", "ROPE-8/m": "0.3"])]
        ),
        Case(
            name: "leading-zeros-that-matter",
            steps: [
                sync("day1.csv", 3, ["4711": "0"]), approve(4, ["4711": "0", "815": "3", "0": "1"]),
            ]
        ),
        Case(name: "older-file-touched-last", steps: folder),
        Case(
            name: "older-file-touched-last",
            configuration: "tidegate-with-times.yaml",
            steps: timed
        ),
        Case(
            name: "one-time-in-the-future",
            steps: [
                sync("day1.csv", 0, ["F-01": "11", "F-05": "15"]),
                sync("day2.csv", 65, ["F-01": "11", "F-05": "15"]),
                sync("day3.csv", 0, ["F-01": "10", "F-05": "14"]),
            ]
        ),
        Case(
            name: "pieces-sold-by-the-box",
            steps: [
                sync(
                    "day1.csv",
                    0,
                    ["SCREW-3/box": "48", "SCREW-5/box": "2", "SCREW-9/each": "2500", "SCREW-9/box": "0"]
                )
            ]
        ),
        Case(name: "repeated-headers", steps: [sync("day1.csv", 65, ["RH-001": "0"])]),
        Case(
            name: "signs-and-placeholders",
            steps: [
                // The shop shows stock of 13 more, which nobody states.
                sync("clear-first.csv", 3, ["G-01": "50", "G-09": "7", "G-10": "7", "G-11": "7"]),
                approve(0, ["G-01": "50", "G-09": "7"]),
                sync("negative-committed.csv", 4, ["G-09": "7", "G-10": "7", "G-11": "7"]),
            ]
        ),
        Case(
            name: "three-delta-files",
            steps: [
                Step(action: .drop(["delta-0700.csv"]), exit: 0, shows: ["D-1": "10"]),
                Step(
                    action: .drop(["delta-0710.csv", "delta-0715.csv", "delta-0720.csv"]),
                    exit: 0,
                    shows: ["D-1": "2", "D-2": "0", "D-3": "8"]
                ),
            ]
        ),
        Case(
            name: "total-row",
            steps: [sync("day1.csv", 4, ["TT-001": "10", "TT-120": "10"])]
        ),
        Case(
            name: "total-row",
            steps: [sync("day1-empty-sku.csv", 0, ["TT-001": "10", "TT-120": "10"])]
        ),
        Case(
            name: "total-row",
            steps: [sync("day1-total-in-location.csv", 0, ["TT-001": "10", "TT-120": "10"])]
        ),
        Case(
            name: "transfer-between-warehouses",
            steps: ["day1.csv", "day2.csv", "day2.csv", "day3.csv"].map { sync($0, 0, moved) }
        ),
        Case(
            name: "uncounted-lines-as-zero",
            steps: [
                sync("day1.csv", 0, ["Z-001": "6", "Z-006": "11"]),
                sync("day2.csv", 3, ["Z-001": "6", "Z-006": "11"]), approve(0, ["Z-001": "0", "Z-006": "0"]),
            ]
        ),
        Case(
            name: "unit-precision",
            steps: [
                sync("day1.csv", 0, ["P-KG3/kg": "2.555", "P-KG0/kg": "2", "P-EA": "3", "P-GAL/gal": "10"])
            ]
        ),
        Case(
            name: "unlimited-stock",
            steps: [
                sync("day1.csv", 3, ["E-1": "50", "E-3": "50", "E-4": "50"]),
                approve(4, ["E-1": "5", "E-2": "0", "E-3": "50", "E-4": "50"]),
            ]
        ),
        Case(
            name: "unreadable-quantity",
            steps: [
                sync("day1.csv", 0, ["Q-050": "11", "Q-200": "14"]),
                sync("day2.csv", 4, ["Q-050": "11", "Q-200": "13"]),
                sync("day3.csv", 4, ["Q-050": "11", "Q-200": "12"]),
                sync("day4.csv", 4, ["Q-050": "11", "Q-200": "11"]),
            ]
        ),
        Case(
            name: "warehouse-renamed",
            steps: [
                sync("day1.csv", 0, ["A-000": "10", "A-001": "11"]),
                sync("day2.csv", 3, ["A-000": "10", "A-001": "11"]),
                sync("day3.csv", 3, ["A-000": "10", "A-001": "11"]),
                approve(0, ["A-000": "9"]), sync("day4.csv", 0, ["A-000": "9", "A-001": "10"]),
            ]
        ),
    ]
}
