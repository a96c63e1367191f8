import Foundation
import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateService

@Suite("Forms of the pages", .serialized)
struct PageFormTests {
    @Test("a held plan says why, is approved by a form, and the shop shows it then")
    func approval() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 6, "AB-3": 7, "AB-4": 8, "AB-5": 9])
            try await stage.sync(["AB-1": 0, "AB-2": 0, "AB-3": 0, "AB-4": 8, "AB-5": 9])
            let held = try #require(
                try await stage.shop.shop.state.runs(RunFilter(state: .held), limit: 1).first
            )
            let path = "/plans/\(held.id)"
            let page = try await stage.visit(path)
            #expect(page.html.contains("Why is it held?") && page.html.contains("newly zero"), "\(page.html)")
            #expect(page.html.contains("AB-1"))
            #expect(!page.html.contains("http-equiv=\"refresh\""), "what somebody types must not be lost")
            let plan = try #require(Self.value(of: "plan", in: page.html))
            var form = ["decision": "approve", "who": "Ann", "reason": "stock-taking", "plan": plan]
            for field in ["who", "reason", "decision"] {
                var lacking = form
                lacking[field] = nil
                let refused = try await stage.visit(path, form: lacking)
                #expect(refused.status == 400 && refused.html.contains("bad_body"), "without \(field)")
            }
            form["plan"] = "000000000000"
            #expect(try await stage.visit(path, form: form).status == 409)
            form["plan"] = plan
            let done = try await stage.visit(path, form: form)
            #expect(done.status == 303, "\(done.html)")
            let after = try await stage.visit(done.headers["location"] ?? "")
            #expect(after.html.contains("Approved: what was held is on its way"))
            #expect(stage.simulator.levels().first { $0.sku == "AB-1" }?.quantity == "0")
            #expect(try await stage.visit(path).html.contains("Nothing of this run waits"))
        }
    }

    @Test("a held plan is rejected by a form, and the shop keeps showing what it shows")
    func rejection() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 6, "AB-3": 7, "AB-4": 8, "AB-5": 9])
            try await stage.sync(["AB-1": 0, "AB-2": 0, "AB-3": 0, "AB-4": 8, "AB-5": 9])
            let held = try #require(
                try await stage.shop.shop.state.runs(RunFilter(state: .held), limit: 1).first
            )
            let form = ["decision": "reject", "who": "Ann", "reason": "the export was cut"]
            let done = try await stage.visit("/plans/\(held.id)", form: form)
            #expect(done.status == 303)
            #expect(stage.simulator.levels().first { $0.sku == "AB-1" }?.quantity == "5")
        }
    }

    @Test("sources and the push are paused with a name and a reason, and runs are begun")
    func work() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5])
            let person = ["who": "Ann", "reason": "moving house"]
            for (path, form, call) in [
                ("/sources/main/pause", person, "pause main: moving house, Ann"),
                ("/sources/main/resume", ["who": "Ann"], "resume main"),
                ("/push/pause", person, "pause push: moving house, Ann"),
                ("/push/resume", ["who": "Ann"], "resume push"),
                ("/runs", ["source": "main"], "run main"), ("/audit", [:], "audit"),
            ] {
                let reply = try await stage.visit(path, form: form)
                #expect(reply.status == 303, "\(path): \(reply.html)")
                #expect(stage.shop.calls.last == call)
                #expect(try await stage.visit(reply.headers["location"] ?? "").status == 200)
            }
            #expect(try await stage.visit("/sources/main/pause", form: ["who": "Ann"]).status == 400)
            #expect(try await stage.visit("/audit").html.contains("compared"))
        }
    }

    @Test("an exception is given away, put off, tried again and ended by forms, and its page tells of it")
    func exceptionWork() async throws {
        try await HTTPStage.run(more: "exceptions: { time_zone: Europe/Berlin }") { stage in
            try await stage.sync(["AB-1": 5, "NONE": 1])
            let ann = ["who": "Ann", "reason": "asked the supplier"]
            for (name, form) in [
                ("assign", ["who": "Ann"]), ("assign", ["assignee": "Bob"]),
                ("snooze", ["who": "Ann", "for": "1d"]), ("snooze", ann),
                ("snooze", ann.merging(["until": "tomorrow"]) { $1 }),
                ("snooze", ann.merging(["for": "400d"]) { $1 }), ("resolve", ["who": "Ann"]), ("retry", [:]),
            ] {
                let refused = try await stage.visit("/exceptions/1/\(name)", form: form)
                #expect(refused.status == 400, "\(name) by \(form): \(refused.html)")
            }
            #expect(stage.shop.calls.allSatisfy { $0 == "snooze" }, "\(stage.shop.calls)")
            let tomorrow = Timestamp.now.adding(seconds: 86_400).description.prefix(10)
            for (name, form, said) in [
                ("assign", ["who": "Ann", "assignee": "Bob <b>"], "Given away."),
                ("snooze", ann.merging(["for": "3d"]) { $1 }, "Put off"),
                ("snooze", ann.merging(["for": "3d", "until": "\(tomorrow)T08:00"]) { $1 }, "Put off"),
                ("retry", ["who": "Ann"], "It is tried again"), ("resolve", ann, "Ended."),
            ] {
                let done = try await stage.visit("/exceptions/1/\(name)", form: form)
                #expect(done.status == 303, "\(name): \(done.html)")
                let page = try await stage.visit(done.headers["location"] ?? "")
                #expect(page.status == 200 && page.html.contains(said), "\(name): \(page.html)")
            }
            let page = try await stage.visit("/exceptions/1").html
            let parts = ["Bob &lt;b&gt;", "asked the supplier", "tried again", "put it off", "It has ended"]
            for part in parts {
                #expect(page.contains(part), "\(part): \(page)")
            }
            #expect(!page.contains("<form class=\"card"), "nothing can be done about it any more")
            #expect(try await stage.visit("/exceptions/1/resolve", form: ann).status == 409)
            #expect(try await stage.visit("/exceptions/9/resolve", form: ann).status == 404)
        }
    }

    @Test("an exception that a decision ends leads to the held run")
    func heldException() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 6, "AB-3": 7, "AB-4": 8, "AB-5": 9])
            try await stage.sync(["AB-1": 0, "AB-2": 0, "AB-3": 0, "AB-4": 8, "AB-5": 9])
            let listed = try await stage.shop.shop.listedExceptions(of: [.stockHeld, .figuresHeld], limit: 1)
            let number = try #require(listed.first?.group.number)
            let page = try await stage.visit("/exceptions/\(number)").html
            let held = try await stage.shop.shop.state.runs(RunFilter(state: .held), limit: 1)
            #expect(page.contains("href=\"/plans/\(try #require(held.first?.id))\""), "\(page)")
        }
    }

    @Test("a form of another site is refused, and so is anything that is no form")
    func crossSite() async throws {
        try await HTTPStage.run { stage in
            let reply = try await stage.send(
                "POST",
                "/push/pause",
                body: Array("who=Ann&reason=x".utf8),
                headers: [
                    "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site",
                ]
            )
            #expect(reply.status == 403 && reply["code"] == "cross_site_refused")
            for work in ["assign", "snooze", "resolve", "retry"] {
                let refused = try await stage.send(
                    "POST",
                    "/exceptions/1/\(work)",
                    body: Array("who=Ann&reason=x&assignee=Bob&for=1d".utf8),
                    headers: [
                        "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site",
                    ]
                )
                #expect(refused.status == 403 && refused["code"] == "cross_site_refused", "\(work)")
            }
            let json = try await stage.post("/push/pause", #"{"who":"Ann","reason":"x"}"#)
            #expect(json.status == 415)
            #expect(stage.shop.calls.isEmpty)
        }
    }

    /// The value of a hidden field.
    private static func value(of name: String, in html: String) -> String? {
        html.components(separatedBy: "name=\"\(name)\" value=\"").dropFirst().first
            .map { String($0.prefix { $0 != "\"" }) }
    }
}
