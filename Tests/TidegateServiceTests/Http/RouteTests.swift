import Foundation
import HTTPTypes
import InventoryCore
import Testing

@testable import TidegatePipeline
@testable import TidegateService

@Suite("The HTTP interface", .serialized)
struct RouteTests {
    private static let shop = "/v1/shops/main"

    @Test("errors are problem details with a code and a hint, and a request id")
    func problems() async throws {
        try await HTTPStage.run { stage in
            let cases: [(method: String, path: String, status: Int, code: String)] = [
                ("GET", "/v1/nothing", 404, "no_such_path"),
                ("GET", "/v1/shops/other", 404, "unknown_shop"),
                ("GET", "\(Self.shop)/sources/other", 404, "unknown_source"),
                ("GET", "\(Self.shop)/runs/2099", 404, "unknown_run"),
                ("DELETE", "\(Self.shop)/runs", 405, "method_not_allowed"),
                ("GET", "\(Self.shop)/runs?limit=0", 400, "bad_parameter"),
                ("GET", "\(Self.shop)/runs?limit=5&limit=6", 400, "bad_parameter"),
                ("GET", "\(Self.shop)/runs?cursor=!", 400, "bad_parameter"),
                ("GET", "\(Self.shop)/runs?colour=red", 400, "unknown_parameter"),
                ("GET", "\(Self.shop)/exceptions?owner=nobody", 400, "bad_parameter"),
                ("GET", "\(Self.shop)/exceptions/AAAA", 404, "unknown_exception"),
                ("GET", "/v1/shops/..%2fetc", 404, "unknown_shop"),
                ("GET", "\(Self.shop)/audits/last", 404, "no_audit"),
            ]
            for one in cases {
                let reply = try await stage.send(one.method, one.path)
                #expect(reply.status == one.status, "\(one.path)")
                #expect(reply["code"] == one.code, "\(one.path)")
                #expect(reply["hint"]?.isEmpty == false)
                #expect(reply["status"] == "\(one.status)")
                #expect(reply.headers["content-type"] == "application/problem+json")
                #expect(reply.headers["x-request-id"]?.isEmpty == false)
            }
            // A client of its own, since others tidy up what they send.
            for trick in ["%2e%2e/passwd", "../passwd", "%ff", "a%00b", "a%0", "main?x=%zz"] {
                let answer = try await RawClient.blocking {
                    let client = try RawClient(port: stage.port)
                    client.send("GET /v1/shops/\(trick) HTTP/1.1\r\nHost: localhost\r\n")
                    client.send("Connection: close\r\n\r\n")
                    return client.rest()
                }
                #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("bad_address"), "\(trick)")
            }
            let refused = try await stage.send("DELETE", "\(Self.shop)/runs")
            #expect(refused.headers["allow"] == "GET, HEAD, POST")
        }
    }

    @Test("a request id is taken over where it is harmless")
    func requestIDs() async throws {
        try await HTTPStage.run { stage in
            let own = try await stage.get("/healthz", headers: ["X-Request-Id": "abc-1.2_3"])
            #expect(own.headers["x-request-id"] == "abc-1.2_3")
            let foreign = try await stage.get("/healthz", headers: ["X-Request-Id": "a b\"c"])
            #expect(foreign.headers["x-request-id"] != "a b\"c")
        }
    }

    @Test("bodies are small JSON objects of known fields")
    func bodies() async throws {
        try await HTTPStage.run { stage in
            let path = "\(Self.shop)/push/pause"
            let deep = String(repeating: "[", count: 20_000)
            let cases: [(body: String, status: Int, code: String)] = [
                ("", 400, "bad_body"), ("{}", 400, "bad_body"), ("[1]", 400, "bad_body"),
                (deep, 400, "bad_body"),
                (#"{"reason":"  "}"#, 400, "bad_body"), (#"{"reason":1}"#, 400, "bad_body"),
                (#"{"reason":"x","other":1}"#, 400, "bad_body"), ("{\"reason\":\"\u{FF}", 400, "bad_body"),
            ]
            for one in cases {
                let reply = try await stage.post(path, one.body)
                #expect(reply.status == one.status && reply["code"] == one.code, "\(one.body.prefix(30))")
            }
            let text = try await stage.post(path, "reason=x", headers: ["Content-Type": "text/plain"])
            #expect(text.status == 415 && text["code"] == "media_type_refused")
            let large = try await stage.post(path, String(repeating: " ", count: 100_000))
            #expect(large.status == 413)
            #expect(stage.shop.calls.isEmpty)
            #expect(try await stage.post(path, #"{"reason":"stock-taking","who":"Ann"}"#).status == 204)
            #expect(stage.shop.calls == ["pause push: stock-taking, Ann"])
        }
    }

    @Test("the standing, runs and sources are told with the fields of the command line")
    func views() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7, "NONE": 1])
            let standing = try await stage.get(Self.shop)
            #expect(standing.status == 200)
            #expect(standing["shop"] == "main" && standing["exceptions"] == "1")
            #expect(standing.text.contains(#""exceptions_by_owner":{"master_data":1}"#))
            let runs = try await stage.get("\(Self.shop)/runs")
            let run = try #require(runs.items.first?["run"] as? String)
            #expect(runs.items.count == 1)
            #expect(try await stage.get("\(Self.shop)/runs/\(run)")["rows"] == "3")
            let plan = try await stage.get("\(Self.shop)/runs/\(run)/plan?limit=1")
            #expect(plan.items.count == 1 && plan["next"] != "<null>")
            let next = try await stage.get(
                "\(Self.shop)/runs/\(run)/plan?limit=1&cursor=\(plan["next"] ?? "")"
            )
            #expect(next.items.count == 1)
            #expect(next.items.first?["sku"] as? String != plan.items.first?["sku"] as? String)
            #expect(
                try await stage.get("\(Self.shop)/runs/\(run)/certificate").text.contains("\"holds\":true")
            )
            #expect(try await stage.get("\(Self.shop)/runs/\(run)/rejected").items.isEmpty)
            let sources = try await stage.get("\(Self.shop)/sources")
            #expect(sources.items.first?["source"] as? String == "main")
            #expect(try await stage.get("\(Self.shop)/sources/main")["positions"] == "3")
            #expect(try await stage.get("\(Self.shop)/sources/main/deliveries").items.count == 1)
            #expect(try await stage.get("\(Self.shop)/fences").items.isEmpty)
            let head = try await stage.send("HEAD", "\(Self.shop)/runs")
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test("runs come in pages, the newest first, and by filters")
    func pages() async throws {
        try await HTTPStage.run { stage in
            for number in 1...3 { try await stage.sync(["AB-1": number]) }
            var seen: [String] = []
            var path = "\(Self.shop)/runs?limit=2&state=done"
            while true {
                let page = try await stage.get(path)
                seen += page.items.compactMap { $0["run"] as? String }
                guard let next = page["next"], next != "<null>" else { break }
                path = "\(Self.shop)/runs?limit=2&state=done&cursor=\(next)"
            }
            #expect(seen.count == 3 && Set(seen).count == 3)
            #expect(try await stage.get("\(Self.shop)/runs?state=held").items.isEmpty)
            #expect(try await stage.get("\(Self.shop)/runs?source=other").items.isEmpty)
        }
    }

    @Test("one SKU has its story, its levels and the shop's answers; a slash may be part of it")
    func skus() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "A/B": 2])
            let story = try await stage.get("\(Self.shop)/skus/AB-1")
            #expect(story.text.contains("wanted") && story.text.contains(#""published":"5""#))
            #expect(try await stage.get("\(Self.shop)/skus/A%2FB")["sku"] == "A/B")
            #expect(try await stage.get("\(Self.shop)/skus/nothing").status == 404)
            let history = try await stage.get("\(Self.shop)/skus/AB-1/history").items
            #expect(history.first?["quantity"] as? String == "5")
            #expect(try await stage.get("\(Self.shop)/levels?sku=AB-1").items.count == 1)
            let first = try await stage.get("\(Self.shop)/levels?limit=3")
            let rest = try await stage.get("\(Self.shop)/levels?limit=3&cursor=\(first["next"] ?? "")")
            #expect(first.items.count == 3 && rest.items.count >= 2)
        }
    }

    @Test("an exception can be given to somebody, put off, and ended")
    func exceptions() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "NONE": 1])
            let list = try await stage.get("\(Self.shop)/exceptions?owner=master_data")
            let id = try #require(list.items.first?["id"] as? Int)
            let path = "\(Self.shop)/exceptions/\(id)"
            #expect(try await stage.get(path)["sku"] == "NONE")
            #expect(try await stage.post("\(path)/assignment", #"{"assignee":"Ann"}"#).status == 204)
            let late = #"{"until":"2099-01-01T00:00:00Z","reason":"x"}"#
            #expect(try await stage.post("\(path)/snooze", late).status == 400)
            let until = Timestamp.now.adding(seconds: 3600)
            let snooze = #"{"until":"\#(until)","reason":"ordered"}"#
            #expect(try await stage.post("\(path)/snooze", snooze).status == 204)
            let noted = try await stage.get(path)
            #expect(noted["assignee"] == "Ann" && noted["snoozed_until"] == "\(until)")
            #expect(noted.text.contains(#""kind":"snoozed","who":"loopback""#), "\(noted.text)")
            #expect(noted.text.contains(#""text":"ordered""#))
            #expect(try await stage.get("\(path)/cases").items.first?["sku"] as? String == "NONE")
            let retried = try await stage.post("\(path)/retry", "")
            #expect(retried.status == 200 && retried.text.contains("run"), "\(retried.text)")
            #expect(try await stage.post("\(path)/resolution", #"{"reason":"excluded"}"#).status == 204)
            let ended = try await stage.get(path)
            #expect(ended["count"] == "0" && ended["closed"] != nil)
            let again = try await stage.post("\(path)/snooze", snooze)
            #expect(again.status == 409 && again["code"] == "exception_closed")
            #expect(try await stage.get("\(Self.shop)/exceptions").items.isEmpty)
            #expect(try await stage.get("\(Self.shop)/exceptions/99").status == 404)
        }
    }

    @Test("runs are started, sources paused and reset, and audits made by those who may")
    func work() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5])
            let dry = try await stage.post("\(Self.shop)/runs", #"{"dry_run":true}"#)
            #expect(dry.status == 200 && dry.text.contains(#""writes":0"#), "\(dry.text)")
            let started = try await stage.post("\(Self.shop)/runs", "{}")
            #expect(started.status == 202)
            #expect(started.headers["location"] == "\(Self.shop)/runs/20261130T120000Z-0001")
            #expect(try await stage.post("\(Self.shop)/runs", #"{"source":"other"}"#).status == 404)
            let source = "\(Self.shop)/sources/main"
            #expect(try await stage.post("\(source)/pause", #"{"reason":"move"}"#).status == 204)
            #expect(try await stage.post("\(source)/resume", "").status == 204)
            #expect(try await stage.post("\(source)/reset", #"{"reason":"clock"}"#).status == 200)
            let audit = try await stage.post("\(Self.shop)/audits", "{}")
            #expect(audit.status == 200)
            #expect(try await stage.get("\(Self.shop)/audits/last").body == audit.body)
            let rules = try await stage.send(
                "POST",
                "\(Self.shop)/rules/comparison",
                body: Array("sites: { main: { locations: [\"WH-2\"] } }\n".utf8),
                headers: ["Content-Type": "application/yaml"]
            )
            #expect(rules.status == 200 && rules["writes"] == "1")
            let file = try await stage.send(
                "POST",
                "\(Self.shop)/rules/comparison",
                body: Array("safety_stock: [{ match: { list: /etc/passwd }, keep: 1 }]\n".utf8),
                headers: ["Content-Type": "application/yaml"]
            )
            #expect(file.status == 422 && !file.text.contains("root:"))
            let held = try await stage.post("\(Self.shop)/runs/2/approval", #"{"reason":"x"}"#)
            #expect(held.status == 409 && held["code"] == "run_not_held")
            #expect(stage.shop.calls.contains("pause main: move, loopback"))
        }
    }

    @Test("without tokens only names of this machine are answered, and no other site's pages")
    func browsers() async throws {
        try await HTTPStage.run { stage in
            let answers = try await RawClient.blocking {
                try [
                    "Host: evil.example:80\r\n", "Host: localhost:80\r\n", "Host: [::1]:80\r\n",
                    "Host: 127.0.0.1.evil.example\r\n",
                ].map { host in
                    let client = try RawClient(port: stage.port)
                    client.send("GET /v1/shops HTTP/1.1\r\nConnection: close\r\n\(host)\r\n")
                    return String(client.rest().prefix(12))
                }
            }
            #expect(answers == ["HTTP/1.1 403", "HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 403"])
            let path = "\(Self.shop)/push/resume"
            for (headers, status) in [
                (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
                (["Sec-Fetch-Site": "same-origin"], 204), (["Origin": "http://evil.example"], 403),
                (["Origin": "http://127.0.0.1:\(stage.port)"], 204), (["Origin": "null"], 403),
            ] {
                let reply = try await stage.post(path, "", headers: headers)
                #expect(reply.status == status, "\(headers)")
            }
        }
    }

    @Test("the process tells how it is, and its own description, to everybody")
    func process() async throws {
        var probes = ServiceProbes()
        probes.metrics = { Array("tidegate_build_info 1\n".utf8) }
        probes.obstacles = { ["The state cannot be written."] }
        try await HTTPStage.run(tokens: [], probes: probes) { stage in
            #expect(try await stage.get("/healthz").status == 200)
            let ready = try await stage.get("/readyz")
            #expect(ready.status == 503 && !ready.text.contains("state"))
            #expect(try await stage.get("/metrics").status == 401)
            #expect(try await stage.get("/openapi.yaml").text.hasPrefix("openapi: 3.1.0"))
            let metrics = try await stage.send("GET", "/metrics", byControl: true)
            #expect(metrics.text == "tidegate_build_info 1\n")
        }
    }

    @Test("every route for programs is described, and nothing else")
    func description() throws {
        let desk = ServiceDesk(shops: [])
        let name = { (route: Route) in "\(route.method.rawValue.lowercased()) \(route.pattern)" }
        let routes = Set(ServiceRoutes(desk).all.map(name)).subtracting(
            PageRoutes(desk: desk).routes.map(name)
        )
        var described: Set<String> = []
        var path = ""
        for line in String(decoding: PackageResources.openapi_yaml, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("components:") { break }
            let name = line.trimmingCharacters(in: CharacterSet(charactersIn: " \":"))
            if line.hasPrefix("  /") || line.hasPrefix("  \"/") { path = name }
            if ["get", "post", "options"].contains(name), line.hasPrefix("    "), !line.hasPrefix("     ") {
                described.insert("\(name) \(path)")
            }
        }
        #expect(routes == described)
    }
}
