import Foundation
import Testing

/// The service as its users run it: a process that is left alone, and commands beside it.
@Suite("serve")
struct ServeTests {
    private static let skus = (1...30).map { "SKU-\($0)" }

    private static func rows(_ quantity: Int) -> [StockRow] {
        skus.enumerated().map { StockRow(sku: $1, location: "WH-A", onHand: quantity + $0) }
    }

    private static func with(
        _ source: String = "scope: full, contract: { rows_min: 1 }, watch: true",
        more: String = "",
        _ body: (Stage, inout RunningProgram) async throws -> Void
    ) async throws {
        try await Stage.with(Dictionary(uniqueKeysWithValues: skus.map { ($0, 0) })) { stage in
            try stage.configureFolder(source, more: "service: { bind: \"127.0.0.1:0\" }\n" + more)
            try stage.shortenRequests()
            var service = try stage.start("serve")
            do {
                try await until {
                    FileManager.default.fileExists(atPath: stage.scratch.path("state/control.sock"))
                }
                try await body(stage, &service)
            } catch {
                service.kill()
                throw error
            }
            service.send(SIGTERM)
            let ending = try service.end()
            #expect(ending.status == 0, "\(ending.errors)")
        }
    }

    private static func until(
        seconds: Int = 60,
        _ condition: () async throws -> Bool
    ) async throws {
        let began = ContinuousClock.now
        while try await !condition() {
            try #require(began.duration(to: .now) < .seconds(seconds), "it did not come about")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func drop(_ rows: [StockRow], _ name: String, on stage: Stage) throws {
        try stage.scratch.write(StockRow.csv(rows), to: "part-\(name)")
        try FileManager.default.moveItem(
            atPath: stage.scratch.path("part-\(name)"),
            toPath: stage.scratch.path("drop/\(name)")
        )
    }

    @Test("given a file dropped into the folder, the shop shows it without anybody asking")
    func watched() async throws {
        try await Self.with { stage, _ in
            try Self.drop(Self.rows(5), "a.csv", on: stage)
            try await Self.until { try await stage.levels() == StockRow.figures(Self.rows(5)) }
            try Self.drop(Self.rows(6), "b.csv", on: stage)
            try await Self.until { try await stage.levels() == StockRow.figures(Self.rows(6)) }
        }
    }

    @Test("the demo that serves ends in order at Ctrl-C, and nothing is told as an error")
    func demo() async throws {
        let scratch = try Scratch()
        let place = ["--folder", scratch.path("demo"), "--products", "50"]
        let demo = try Program.tidegate.start(["demo", "--serve", "--port", "0"] + place, in: scratch)
        do {
            // The simulated ERP sends its first event once the shop has its first figures.
            try await Self.until {
                FileManager.default.fileExists(atPath: scratch.path("demo/state/control.sock"))
            }
        } catch {
            demo.kill()
            throw error
        }
        demo.send(SIGINT)
        let ending = try demo.end()
        #expect(ending.status == 0 && !ending.errors.contains(" error "), "\(ending.errors)")
    }

    @Test("beside it the commands print what they always print, and nobody meets a lock")
    func beside() async throws {
        try await Self.with("scope: full, contract: { rows_min: 1 }") { stage, _ in
            try Self.drop(Self.rows(5), "a.csv", on: stage)
            let summary = try stage.sync()
            #expect(summary.state == "done" && summary.levels.written == Self.skus.count)
            #expect(try await stage.levels() == StockRow.figures(Self.rows(5)))
            #expect(try stage.tidegate("push").status == 0)
            let audit = try stage.tidegate("audit")
            #expect(audit.status == 0 && audit.output.contains("No drift"), "\(audit.output)\(audit.errors)")
            #expect(try stage.tidegate("status").status == 0)
            let wrong = try stage.tidegate("approve", "nothing-like-it")
            #expect(wrong.status == 66 && wrong.errors.contains("unknown_run"), "\(wrong.errors)")
            let usage = try stage.tidegate("sync", "--bogus")
            #expect(usage.status == 64 && usage.errors.contains("--bogus"))
        }
    }

    @Test("exceptions are worked at beside it, and alerts are told by it")
    func exceptions() async throws {
        let alerts =
            "alerts: { receivers: { file: { kind: command, severity: notice, "
            + "command: [/bin/sh, -c, \"cat >>told\"] } } }\n"
        try await Self.with("scope: full, contract: { rows_min: 1 }", more: alerts) { stage, _ in
            let told = stage.scratch.path("told")
            let path = stage.scratch.path("tidegate.yaml")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing(">>told", with: ">>\(told)").write(
                toFile: path,
                atomically: true,
                encoding: .utf8
            )
            #expect(try stage.tidegate("reload").status == 0)
            let ghosts = (1...3).map { StockRow(sku: "GHOST-\($0)", location: "WH-A", onHand: 1) }
            try Self.drop(Self.rows(5) + ghosts, "a.csv", on: stage)
            _ = try stage.sync(expecting: 4)
            try await Self.until { FileManager.default.fileExists(atPath: told) }
            let listed = try #require(try stage.tidegate("exceptions", "--json").objects.first)
            let number = "\(try #require(listed["id"] as? Int))"
            #expect(try stage.tidegate("exceptions", "assign", number, "--to", "Ann").status == 0)
            #expect(try stage.tidegate("exceptions", "show", number).output.contains("with Ann"))
            #expect(try stage.tidegate("exceptions", "retry", number).status == 0)
            #expect(try stage.tidegate("exceptions", "resolve", number, "--reason", "x").status == 0)
        }
    }

    @Test("what a guard holds is approved beside it, and goes to the shop")
    func approval() async throws {
        let guards = "guards: { newly_zero_count_max: 3 }\n"
        try await Self.with("scope: full, contract: { rows_min: 1 }", more: guards) { stage, _ in
            try Self.drop(Self.rows(5), "a.csv", on: stage)
            _ = try stage.sync()
            var next = Self.rows(5)
            for index in 0..<10 { next[index].onHand = 0 }
            try Self.drop(next, "b.csv", on: stage)
            let held = try stage.sync(expecting: 3)
            #expect(held.state == "held")
            let approved = try stage.tidegate("approve", held.run, "--reason", "counted", "--json")
            #expect(approved.status == 0, "\(approved.output)\(approved.errors)")
            #expect(try await stage.levels() == StockRow.figures(next))
        }
    }

    @Test("a schedule begins runs by itself, and stops while it is paused")
    func schedule() async throws {
        let source = "scope: full, contract: { rows_min: 1 }, schedule: { every: 1s }"
        try await Self.with(source) { stage, _ in
            try Self.drop(Self.rows(5), "a.csv", on: stage)
            try await Self.until { try await stage.levels() == StockRow.figures(Self.rows(5)) }
            #expect(try stage.tidegate("sources", "pause", "main", "--reason", "stocktaking").status == 0)
            #expect(try stage.tidegate("sources").output.contains("stocktaking"))
            // A run that is under way when it is paused still ends.
            _ = try stage.tidegate("push")
            try Self.drop(Self.rows(7), "b.csv", on: stage)
            #expect(try !stage.tidegate("sources").output.contains("next run"))
            #expect(try await stage.levels() == StockRow.figures(Self.rows(5)))
            #expect(try stage.tidegate("sources", "resume", "main").status == 0)
            try await Self.until { try await stage.levels() == StockRow.figures(Self.rows(7)) }
        }
    }

    @Test("a configuration that is wrong is told and not taken; a right one is")
    func reload() async throws {
        try await Self.with("scope: full, contract: { rows_min: 1 }") { stage, _ in
            try Self.drop(Self.rows(5), "a.csv", on: stage)
            _ = try stage.sync()
            let path = stage.scratch.path("tidegate.yaml")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try (text + "safety_stock: [{ quantity: nonsense }]\n").write(
                toFile: path,
                atomically: true,
                encoding: .utf8
            )
            let wrong = try stage.tidegate("reload")
            #expect(wrong.status == 78, "\(wrong.output)\(wrong.errors)")
            #expect(wrong.errors.contains("safety_stock"))
            try (text + "safety_stock: [{ quantity: 2 }]\n").write(
                toFile: path,
                atomically: true,
                encoding: .utf8
            )
            let right = try stage.tidegate("reload")
            #expect(right.status == 0, "\(right.output)\(right.errors)")
            let less = StockRow.figures(Self.rows(5)).mapValues { $0 - 2 }
            try await Self.until { try await stage.levels() == less }
        }
    }

    @Test("killed at any moment and started again it goes on, and loses nothing")
    func killed() async throws {
        try await Self.with { stage, service in
            for round in 1...4 {
                try Self.drop(Self.rows(round * 40), "\(round).csv", on: stage)
                try await Task.sleep(for: .milliseconds(40 * round * round))
                service.kill()
                service = try stage.start("serve")
            }
            // It has to serve before it is asked anything: a signal would end it at once.
            try await Self.until { try stage.tidegate("reload").status == 0 }
            try await Self.until { try await stage.levels() == StockRow.figures(Self.rows(160)) }
            #expect(try stage.tidegate("audit").status == 0)
        }
    }

    @Test("several shops in one process have each their own folder, figures and commands")
    func severalShops() async throws {
        let figures = Dictionary(uniqueKeysWithValues: Self.skus.map { ($0, 0) })
        let source = "scope: full, contract: { rows_min: 1 }, watch: true"
        try await Stage.with(figures) { east in
            try await Stage.with(figures) { west in
                try east.configureFolder(source, more: "shop: east\nservice: { bind: \"127.0.0.1:0\" }\n")
                try west.configureFolder(source, more: "shop: west\n")
                let service = try east.start("serve", "--config", west.scratch.path("tidegate.yaml"))
                do {
                    try Self.drop(Self.rows(5), "a.csv", on: east)
                    try Self.drop(Self.rows(70), "a.csv", on: west)
                    try await Self.until { try await east.levels() == StockRow.figures(Self.rows(5)) }
                    try await Self.until { try await west.levels() == StockRow.figures(Self.rows(70)) }
                    #expect(try west.tidegate("audit").status == 0)
                    #expect(try east.tidegate("runs", "--json").output.split(separator: "\n").count == 1)
                } catch {
                    service.kill()
                    throw error
                }
                service.send(SIGTERM)
                #expect(try service.end().status == 0)
            }
        }
    }

    @Test("a second service is refused, and told who is there")
    func second() async throws {
        try await Self.with { stage, _ in
            let ending = try stage.tidegate("serve")
            #expect(ending.status == 75, "\(ending.errors)")
            #expect(ending.errors.contains("tidegate serve"))
        }
    }
}
