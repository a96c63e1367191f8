import Foundation
import Testing

/// What a run does when the shop does not play along.
@Suite("a shop that fails")
struct ShopFailureTests {
    private static let rows = (0..<20).map { StockRow(sku: "SKU-\($0)", location: "WH-A", onHand: 10 + $0) }
    private static let nothing = Dictionary(uniqueKeysWithValues: rows.map { ($0.sku, 0) })

    @Test("a shop that is down at the first run is 69, and the snapshot is taken at the next one")
    func downAtFirst() async throws {
        try await Stage.with(Self.nothing) { stage in
            try stage.configure(push: "settle: 2s, patience: 1s")
            try stage.snapshot(Self.rows)
            stage.shop?.kill()
            let ending = try stage.tidegate("sync")
            #expect(ending.status == 69, "\(ending.errors)")
            #expect(ending.errors.contains("To mend it: "))
            let shop = try stage.restart(showing: Self.nothing)
            defer { shop.kill() }
            #expect(try stage.sync().levels.written == 20)
            #expect(try await stage.levels() == StockRow.figures(Self.rows))
        }
    }

    @Test("a shop that goes down later is 69, the outbox is kept, and the next push delivers")
    func downLater() async throws {
        try await Stage.with(Self.nothing) { stage in
            try stage.configure(push: "settle: 2s, patience: 1s")
            try stage.snapshot(Self.rows)
            #expect(try stage.sync().levels.written == 20)
            stage.shop?.kill()
            var rows = Self.rows
            for index in 0..<7 { rows[index].onHand += 3 }
            try stage.snapshot(rows)
            let ending = try stage.tidegate("sync")
            #expect(ending.status == 69, "\(ending.errors)")
            #expect(ending.errors.contains("tidegate push"), "\(ending.errors)")
            let status = try stage.tidegate("status", "--json")
            #expect(status.objects.first?["waiting"] as? Int == 7, "\(status.output)")

            let shop = try stage.restart(showing: StockRow.figures(Self.rows))
            defer { shop.kill() }
            let push = try stage.tidegate("push", "--json")
            #expect(push.status == 0, "\(push.errors)")
            #expect(try await stage.levels() == StockRow.figures(rows))
            #expect(try await stage.ledger().count == 7)
        }
    }

    @Test("a push that fails prints its summary, `pushing`, whichever command it was")
    func summaryOfFailure() async throws {
        try await Stage.with(Self.nothing) { stage in
            try stage.configure(push: "settle: 2s, patience: 1s")
            try stage.snapshot(Self.rows)
            #expect(try stage.sync().levels.written == 20)
            stage.shop?.kill()
            var rows = Self.rows
            for index in 0..<7 { rows[index].onHand += 3 }
            try stage.snapshot(rows)

            let ending = try stage.tidegate("sync", "--json")
            #expect(ending.status == 69, "\(ending.errors)")
            let summary = try JSONDecoder().decode(Summary.self, from: Data(ending.output.utf8))
            #expect(summary.state == "pushing" && summary.rows == 20)
            #expect(summary.deltas == .init(added: 0, changed: 7, removed: 0))
            #expect(summary.levels.wanted == 7 && summary.levels.waiting == 7)
            #expect(summary.levels.written == 0)
            let error = try #require(ending.objects.first?["error"] as? [String: Any])
            #expect((error["code"] as? String)?.hasPrefix("shop_") == true)
            let runs = try stage.tidegate("runs", "--json")
            #expect(runs.objects.first?["state"] as? String == "pushing", "\(runs.output)")

            let push = try stage.tidegate("push", "--json")
            #expect(push.status == 69, "\(push.errors)")
            let again = try JSONDecoder().decode(Summary.self, from: Data(push.output.utf8))
            #expect(again.run == summary.run && again.state == "pushing")
            #expect(again.levels.waiting == 7 && again.levels.written == 0)

            // What nobody can read is no run of before.
            try stage.scratch.write("nonsense", to: "stock.csv")
            let refused = try stage.tidegate("sync", "--json")
            #expect(refused.status == 65 && refused.objects.count == 1, "\(refused.output)")
            #expect(refused.objects.first?["state"] as? String == "failed")
            #expect(refused.objects.first?["run"] as? String != summary.run)
        }
    }

    @Test("an approval whose push fails says that it was taken")
    func approvalOfFailure() async throws {
        try await Stage.with(Self.nothing) { stage in
            try stage.configure(source: "contract: { rows_min: 5 }", push: "settle: 2s, patience: 1s")
            try stage.snapshot(Self.rows)
            _ = try stage.sync()
            try stage.snapshot(Array(Self.rows.prefix(10)))
            let held = try stage.tidegate("sync", "--json")
            let run = try #require(held.objects.first?["run"] as? String)
            #expect(held.status == 3, "\(held.errors)")
            stage.shop?.kill()
            let approved = try stage.tidegate("approve", run, "--json")
            #expect(approved.status == 69, "\(approved.errors)")
            #expect(approved.objects.first?["run"] as? String == run)
            let levels = try #require(approved.objects.first?["levels"] as? [String: Any])
            #expect(approved.objects.first?["state"] as? String == "pushing")
            #expect(levels["waiting"] as? Int == 10)
        }
    }

    @Test("a wrong secret and a missing one end with 77, and no output shows the secret")
    func secrets() async throws {
        try await Stage.with(Self.nothing) { stage in
            try stage.configure()
            try stage.snapshot(Self.rows)
            let wrong = Stage.secrets.merging(["TIDEGATE_ORO_CLIENT_SECRET": "hunter2-wrong"]) { $1 }
            for command in ["sync", "check"] {
                let ending = try stage.tidegate(command, environment: wrong)
                #expect(ending.status == 77, "\(ending.errors)")
                #expect(ending.errors.contains("To mend it: "))
                #expect(!(ending.errors + ending.output).contains("hunter2"))
            }
            let missing = try stage.tidegate("sync", environment: [:])
            #expect(missing.status == 77, "\(missing.errors)")
            #expect(missing.errors.contains("TIDEGATE_ORO_CLIENT_SECRET"), "\(missing.errors)")
            #expect(missing.errors.contains("To mend it: "))
            #expect(try await stage.ledger().isEmpty)
        }
    }

    @Test("`check` says what the shop is, and its status tells what the role lacks")
    func check() async throws {
        let endings: [([String], Int32)] = [
            ([], 0), (["edit-levels"], 77), (["view-levels"], 77), (["view-products"], 77),
            (["create-operations"], 0), (["view-operations"], 0),
        ]
        for (lacking, status) in endings {
            let options = lacking.flatMap { ["--role-lacks", $0] }
            try await Stage.with(Self.nothing, options: options) { stage in
                try stage.configure()
                try stage.snapshot(Self.rows)
                let ending = try stage.tidegate("check")
                #expect(ending.status == status, "\(lacking): \(ending.output) \(ending.errors)")
                #expect(!ending.errors.contains("unexpected"), "\(ending.errors)")
                guard lacking != ["view-levels"] else {
                    #expect(ending.errors.contains("The role may not view inventory levels"))
                    return
                }
                if lacking.first?.hasSuffix("operations") == true {
                    #expect(!ending.output.contains("can be written in batches"), "\(ending.output)")
                    #expect(ending.output.contains("on asynchronous operations"), "\(ending.output)")
                }
                if lacking == ["view-products"] {
                    #expect(ending.output.contains("role view on products"), "\(ending.output)")
                    // Taken for an answer, it would say that the shop has none of the SKUs.
                    #expect(try stage.tidegate("sync").status == 77)
                    return
                }
                for word in ["Community Edition, 5.1.7 or newer", "levels         20", "Managed Inventory"] {
                    #expect(ending.output.contains(word), "\(ending.output)")
                }
            }
        }
    }

    @Test("a reader that goes away ends `check` quietly", arguments: [1, 6])
    func closedPipe(lines: Int) async throws {
        try await Stage.with(Self.nothing) { stage in
            try stage.configure()
            try stage.snapshot(Self.rows)
            let path = try Program.tidegate.url.path()
            let script = """
                set -o pipefail
                "\(path)" check --config "\(stage.scratch.path("tidegate.yaml"))" | head -\(lines)
                """
            let ending = try Program(path: "/bin/bash").run(
                ["-c", script],
                environment: Stage.secrets,
                in: stage.scratch
            )
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors == "")
        }
    }

    @Test("a second process learns who owns the folder, and may read it")
    func secondInstance() throws {
        let shop = try SilentShop()
        let stage = try Stage(url: shop.url)
        try stage.configure()
        try stage.snapshot(Self.rows)
        let first = try stage.start("sync")
        defer { first.kill() }
        try shop.waitForVisitor()
        let second = try stage.tidegate("push")
        #expect(second.status == 75, "\(second.errors)")
        #expect(second.errors.contains("process \(first.process.processIdentifier), `tidegate sync`"))
        #expect(try stage.tidegate("status").errors.contains("process") == false)
    }

    @Test("SIGTERM and SIGINT end a run gracefully with 75", arguments: [SIGTERM, SIGINT])
    func stopped(signal: Int32) throws {
        let shop = try SilentShop()
        let stage = try Stage(url: shop.url)
        try stage.configure()
        try stage.snapshot(Self.rows)
        let run = try stage.start("sync")
        try shop.waitForVisitor()
        run.send(signal)
        let ending = try run.end()
        #expect(ending.status == 75, "\(ending.errors)")
        #expect(ending.errors.hasPrefix("tidegate: Stopped before it was done"), "\(ending.errors)")
    }

    @Test("a run stopped while it writes keeps what it has not sent, and the next push sends it once")
    func stoppedWhileWriting() async throws {
        let rows = (0..<600).map { StockRow(sku: "SKU-\($0)", location: "WH-A", onHand: 1 + $0) }
        let nothing = StockRow.figures(rows).mapValues { _ in 0 }
        try await Stage.with(nothing, options: ["--cost-model", "factor=0.5"]) { stage in
            try stage.configure()
            try stage.snapshot(rows)
            let run = try stage.start("sync")
            while try await stage.ledger().isEmpty, run.process.isRunning {}
            run.send(SIGTERM)
            let ending = try run.end()
            #expect(ending.status == 75, "\(ending.errors)")
            let push = try stage.tidegate("push", "--json")
            #expect(push.status == 0, "\(push.errors)")
            #expect(try await stage.levels() == StockRow.figures(rows))
            #expect(try await stage.ledger().count == 600)
        }
    }

    @Test("a SKU that the shop does not have is an exception; the rest is written")
    func unknownSKU() async throws {
        try await Stage.with(Self.nothing) { stage in
            try stage.configure()
            try stage.snapshot(Self.rows + [StockRow(sku: "GHOST-1", location: "WH-A", onHand: 4)])
            let summary = try stage.sync(expecting: 4)
            #expect(summary.state == "done")
            #expect(summary.exceptions == 1)
            #expect(summary.levels.written == 20)
            let listed = try stage.tidegate("exceptions", "--json").objects
            #expect(listed.map { $0["code"] as? String } == ["unknown_sku"])
            #expect(listed.first?["subject"] as? String == "GHOST-1")
            #expect(try await stage.levels() == StockRow.figures(Self.rows))
        }
    }
}
