import Foundation
import HTTPTransport
import InventoryCore
import Testing

@testable import TidegateSettings

@Suite("The section oro")
struct OroSettingsTests {
    @Test("every key has its place in the settings")
    func all() throws {
        let text = """
            \(Fixture.source)
            oro:
              url: http://127.0.0.1:8088
              client_id: tide
              client_secret_file: /run/secret
              backend_prefix: /backoffice
              publish_units: { split: { item: 70, case: 29.5 } }
              inventory_status: restore
              names_fresh: 6h
              push:
                { mode: sync, concurrency: { min: 2, max: 8 }, batch_records: 100,
                  first: [{ sku: AB-1 }, { sku: "C-*" }] }
              timeouts: { connect: 500ms, token: 1s, write: 2s, batch: 1m, read: 1.5m }
              ca_file: ca.pem
              proxy: http://proxy:3128
            """
        let settings = try Fixture.settings(text)
        let oro = settings.oro
        #expect(oro.url == "http://127.0.0.1:8088")
        #expect(oro.clientID.source == .value("tide"))
        #expect(oro.clientSecret.source == .file("/run/secret"))
        #expect(oro.backendPrefix == "/backoffice" && oro.restoresInStock)
        #expect(oro.namesFreshSeconds == 21_600)
        #expect(
            oro.publishUnits
                == .split(["item": Quantity(units: 70), "case": Quantity(millionths: 29_500_000)])
        )
        #expect(oro.push.mode == .sync && oro.push.batchRecords == 100)
        #expect(oro.push.priority.first.map(\.text) == ["AB-1", "C-*"])
        #expect(oro.push.concurrencyMin == 2 && oro.push.concurrencyMax == 8)
        #expect(oro.timeouts.connectSeconds == 0.5 && oro.timeouts.batchSeconds == 60)
        #expect(
            oro.timeouts.tokenSeconds == 1 && oro.timeouts.writeSeconds == 2 && oro.timeouts.readSeconds == 90
        )
        #expect(oro.caFile == "ca.pem")
        #expect(oro.proxy?.source == .value("http://proxy:3128"))
        let marks = Fixture.marks(settings.warnings)
        #expect(marks == Array(repeating: "9:27 shown_nowhere oro.publish_units.split", count: 2))
    }

    @Test(
        "what cannot work is refused at its place",
        arguments: [
            ("url: ftp://shop", "5:8 bad_value oro.url"),
            ("url: https:///admin", "5:8 bad_value oro.url"),
            ("url: https://a.example/?x=1", "5:8 bad_value oro.url"),
            ("url: https://a.example/admin", "5:8 bad_value oro.url"),
            ("url: https://a.example/shop/admin/api/", "5:8 bad_value oro.url"),
            ("url: https://a.example/oauth2-token", "5:8 bad_value oro.url"),
            ("backend_prefix: \"/ad min\"", "5:19 bad_value oro.backend_prefix"),
            ("backend_prefix: https://a.example/admin", "5:19 bad_value oro.backend_prefix"),
            ("backend_prefix: /admin/api", "5:19 bad_value oro.backend_prefix"),
            ("url: [a]", "5:8 wrong_type oro.url"),
            ("publish_units: split", "5:18 bad_value oro.publish_units"),
            ("publish_units: both", "5:18 bad_value oro.publish_units"),
            ("publish_units: { split: { item: 70, case: 40 } }", "5:27 bad_value oro.publish_units.split"),
            ("inventory_status: yes", "5:21 bad_value oro.inventory_status"),
            ("publish_units: { split: {} }", "5:27 bad_value oro.publish_units.split"),
            ("names_fresh: 5s", "5:16 bad_value oro.names_fresh"),
            ("push: { mode: fast }", "5:17 bad_value oro.push.mode"),
            ("push: { first: AB-1 }", "5:18 wrong_type oro.push.first"),
            ("push: { first: [{}] }", "5:19 bad_value oro.push.first[1]"),
            ("push: { batch_records: 0 }", "5:26 bad_value oro.push.batch_records"),
            ("push: { concurrency: { min: 4, max: 2 } }", "5:39 bad_value oro.push.concurrency.max"),
            ("push: { concurrency: 4 }", "5:24 wrong_type oro.push.concurrency"),
            ("timeouts: { connect: 5 }", "5:24 wrong_type oro.timeouts.connect"),
            ("timeouts: { connect: 2d }", "5:24 bad_value oro.timeouts.connect"),
            ("proxy_env: \"hunter2\"", "5:14 bad_value oro.proxy_env"),
        ]
    )
    func refused(line: String, mark: String) {
        let url = line.hasPrefix("url") ? "" : "\n  url: https://a.example"
        #expect(Fixture.marks(Fixture.problems("\(Fixture.source)\noro:\n  \(line)\(url)\n")) == [mark])
    }

    @Test("a secret in the file is refused, and no message shows it")
    func secretInFile() {
        let lines = [
            "client_secret: hunter2", "client_secret_env: hunter2", "client_secrt: hunter2",
            "url: https://me:hunter2@shop.example", "proxy: http://me:hunter2@proxy",
            "proxy_env: http://me:hunter2@p",
            "client_secret_file: [hunter2]", "client_id_env: HUNTER2\n  client_id: hunter2",
            "push: hunter2", "\"client_secret: hunter2", "client_secret: !!binary hunter2",
        ]
        for line in lines {
            let url = line.hasPrefix("url") ? "" : "\n  url: https://a.example"
            let problems = Fixture.problems("\(Fixture.source)\noro:\n  \(line)\(url)\n")
            #expect(!problems.isEmpty, "\(line)")
            #expect(!problems.contains { $0.description.contains("hunter2") }, "\(line)")
        }
    }

    @Test("an unencrypted remote shop and mirrored units give warnings")
    func warnings() throws {
        let text = "\(Fixture.source)\noro: { url: http://shop.example, publish_units: mirror }\n"
        let marks = Fixture.marks(try Fixture.settings(text).warnings)
        #expect(marks == ["4:13 unencrypted oro.url", "4:49 shown_twice oro.publish_units"])
    }

    @Test("shares of units give warnings about stock that is shown nowhere")
    func shares() throws {
        func warnings(_ shares: String) throws -> [String] {
            let oro = "{ url: https://a.example, publish_units: { split: \(shares) } }"
            let settings = try Fixture.settings("\(Fixture.source)\noro: \(oro)\n")
            return settings.warnings.map { "\($0.reason) \($0.hint)" }
        }
        let whole = try warnings("{ item: 70, case: 30 }")
        #expect(whole.count == 1 && whole[0].contains("shown nowhere, and nobody can buy it"))
        let part = try warnings("{ item: 70, case: 20.5 }")
        #expect(part.count == 2 && part[1].contains("The shares add up to 90.5 %: the other 9.5 % of all"))
        // A single unit with everything is as safe as `primary`, where every product has it.
        #expect(try warnings("{ item: 100 }").count == 1)
    }

    @Test("credentials come from the environment that is passed in")
    func environment() throws {
        let oro = try Fixture.settings(Fixture.minimal).oro
        let environment = ["TIDEGATE_ORO_CLIENT_ID": "id", "TIDEGATE_ORO_CLIENT_SECRET": "hunter2"]
        let credentials = try oro.credentials(environment: environment)
        #expect(credentials.clientID.revealed() == "id")
        #expect(credentials.clientSecret.revealed() == "hunter2")
        #expect(credentials.warnings.isEmpty)
        var dumped = "\(credentials) \(oro)"
        dump(credentials, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test("missing credentials are reported together, at the section that could have named others")
    func missing() throws {
        let oro = try Fixture.settings(Fixture.minimal).oro
        let error = try #require(throws: SettingsProblems.self) {
            try oro.credentials(environment: ["TIDEGATE_ORO_CLIENT_SECRET": ""])
        }
        #expect(
            Fixture.marks(error.problems) == [
                "5:3 missing_secret oro.client_id_env", "5:3 missing_secret oro.client_secret_env",
            ]
        )
    }

    @Test("a secret file is read without its line end, and may not be readable for everybody")
    func file() throws {
        try Fixture.withFolder { folder in
            let path = folder.appending(path: "secret").path
            let text =
                "\(Fixture.source)\noro:\n  url: https://a\n  client_id: i\n  client_secret_file: \(path)\n"
            let oro = try Fixture.settings(text).oro
            #expect(throws: SettingsProblems.self) { try oro.credentials(environment: [:]) }
            try Data("hunter2\n".utf8).write(to: URL(filePath: path))
            for (mode, warnings) in [(0o600, 0), (0o604, 1)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                let credentials = try oro.credentials(environment: [:])
                #expect(credentials.clientSecret.revealed() == "hunter2")
                #expect(credentials.warnings.map(\.code) == Array(repeating: .exposedSecret, count: warnings))
            }
            for content in ["", " \n", "a\nhunter2\n", String(repeating: "x", count: 20_000)] {
                try Data(content.utf8).write(to: URL(filePath: path))
                let error = try #require(throws: SettingsProblems.self) {
                    try oro.credentials(environment: [:])
                }
                #expect(Fixture.marks(error.problems) == ["7:23 missing_secret oro.client_secret_file"])
                #expect(!error.description.contains("hunter2"))
            }
        }
    }

    @Test("a credential that no request can carry is refused when it is read, and not shown")
    func controlCharacters() throws {
        let oro = try Fixture.settings("\(Fixture.source)\noro:\n  url: https://a.example\n").oro
        let environment = [
            "TIDEGATE_ORO_CLIENT_ID": "tide", "TIDEGATE_ORO_CLIENT_SECRET": "hunter2\nX-Other: 1",
        ]
        let problems = #expect(throws: SettingsProblems.self) {
            try oro.credentials(environment: environment)
        }
        #expect(problems?.problems.map(\.code) == [.missingSecret])
        #expect(problems.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test("given the same settings on other lines, they are equal in all that a running service goes by")
    func moved() throws {
        let tail = """
            oro: { url: http://127.0.0.1:8088, client_id: tide, client_secret_file: /run/secret,
                   proxy: http://proxy:3128 }
            service: { bind: "127.0.0.1:0" }
            store: { path: /tmp/state }
            """
        let before = try Fixture.settings("\(Fixture.source)\n\(tail)\n")
        let after = try Fixture.settings("# One line more.\n\n\(Fixture.source)\n\n  # And here.\n\(tail)\n")
        #expect(before.oro.isReached(as: after.oro))
        #expect(before.service == after.service && before.store == after.store)
        let other = try Fixture.settings(
            "\(Fixture.source)\n\(tail.replacing("/run/secret", with: "/run/other"))\n"
        )
        #expect(!before.oro.isReached(as: other.oro))
    }
}
