import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("The rows of a story are those of the run it names")
struct ExplainedRowsTests {
    @Test("of several deliveries in one second, of the one that was accepted last")
    func lastOfMany() async throws {
        try await ShopStage.runFolder { stage in
            for number in 0..<8 {
                try stage.drop("0\(number).csv", ["AB-1": 10 + number], ago: 1000 - Double(number))
            }
            try await stage.sync()
            let lines = try await Explanation(of: "AB-1", in: stage.shop).lines
            #expect(lines.contains { $0.hasSuffix("on hand 17") }, "\(lines)")
            let run = try #require(try await stage.newestRun())
            #expect(lines.contains { $0.contains("07.csv, run \(run)") })
        }
    }

    @Test("also after a person has rejected what the run held, and after the same bytes once more")
    func afterReject() async throws {
        let all = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 10) })
        try await ShopStage.run { stage in
            try await stage.sync(all)
            var next = all.filter { ["AB-1", "AB-2"].contains($0.key) }
            next["AB-1"] = 3
            let held = try await stage.sync(next)
            #expect(held.state == .held)
            _ = try await Approval.reject(held.run.text, in: stage.shop)
            for _ in 0..<2 {
                let lines = try await Explanation(of: "AB-1", in: stage.shop).lines
                #expect(lines.contains { $0.hasSuffix("on hand 3") }, "\(lines)")
                try await stage.sync()
            }
        }
    }
}
