import Foundation
import Testing

@Suite("Progress where people wait")
struct ProgressTests {
    @Test("it is drawn on a terminal, goes when it ends, and is never in a pipe; a dumb terminal gets lines")
    func terminal() async throws {
        try await Stage.with(["A": 1, "B": 2]) { stage in
            try stage.configure(
                source: "contract: { rows_min: 1 }",
                more: "sites: { main: { locations: [\"*\"] } }"
            )
            func sync(_ quantity: Int, term: String) throws -> String {
                try stage.scratch.write(
                    "sku,location,unit,on_hand\nA,WH,EA,\(quantity)\nB,WH,EA,2\n",
                    to: "stock.csv"
                )
                let command =
                    "\(try Program.tidegate.url.path()) sync --config "
                    + stage.scratch.path("tidegate.yaml")
                return try Program(path: "/usr/bin/script").run(
                    ["-qec", command, "/dev/null"],
                    environment: Stage.secrets.merging(["TERM": term]) { $1 },
                    in: stage.scratch
                ).output
            }
            let drawn = try sync(7, term: "xterm")
            #expect(drawn.contains("\r\u{1B}[K  writing to the shop"))
            #expect(
                drawn.contains("\r\u{1B}[Krun") || drawn.contains("\r\u{1B}[K  run"),
                "\(drawn.debugDescription)"
            )
            let plain = try sync(8, term: "dumb")
            #expect(plain.contains("  writing to the shop …") && !plain.contains("\u{1B}"))
            try stage.scratch.write("sku,location,unit,on_hand\nA,WH,EA,9\nB,WH,EA,2\n", to: "stock.csv")
            let piped = try stage.tidegate("sync")
            #expect(!(piped.output + piped.errors).contains("writing to the shop"))
        }
    }
}
