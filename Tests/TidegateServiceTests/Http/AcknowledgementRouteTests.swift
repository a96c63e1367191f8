import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

@Suite("The route of acknowledged orders", .serialized)
struct AcknowledgementRouteTests {
    private static let path = "/v1/shops/main/orders/acknowledgements"
    private static let orders = "orders: { acknowledge: booked }"
    private static let at = "2026-11-29T10:02:00Z"

    private static func item(_ order: String, _ more: String = "") -> String {
        #"{"order":"\#(order)","at":"\#(at)"\#(more)}"#
    }

    private static func token(
        _ id: String,
        _ scopes: Set<AccessScope> = [.events],
        sources: Set<SourceID>? = nil
    ) -> (headers: [String: String], token: AccessToken) {
        let text = AccessToken.text(id: id, secret: Array(id.utf8))
        let digest = AccessToken.digest(of: text)
        return (
            ["Authorization": "Bearer \(text)"],
            AccessToken(id: id, digest: digest, scopes: scopes, sources: sources)
        )
    }

    private static func kept(_ stage: HTTPStage) async throws -> [String] {
        try await stage.shop.shop.state.untakenAcknowledgements(after: 0, limit: 100).map { one in
            let said = one.statement
            return "\(said.order) \(said.state.rawValue) \(said.source?.text ?? "*")"
        }
    }

    @Test("what is stated is durable before it is answered, and counts once")
    func taken() async throws {
        try await HTTPStage.run(more: Self.orders) { stage in
            let body = "[\(Self.item("73")),\(Self.item("74", #","state":"packed""#)),\(Self.item("75"))]"
            let first = try await stage.post(Self.path, body)
            #expect(first.status == 202 && first["accepted"] == "2" && first["duplicate"] == "0")
            #expect(first.text.contains(#""index":1,"code":"wrong_member""#))
            #expect(first["batch"] == nil)
            #expect(try await Self.kept(stage) == ["73 booked main", "75 booked main"])
            #expect(stage.shop.calls == ["orders"])
            let again = try await stage.post(Self.path, body)
            #expect(again.status == 202 && again["accepted"] == "0" && again["duplicate"] == "2")
            // Nothing new wakes nobody.
            #expect(stage.shop.calls == ["orders"])
            let control = try await stage.send(
                "POST",
                Self.path,
                body: Array(Self.item("76", #","state":"shipped""#).utf8),
                byControl: true
            )
            #expect(control.status == 202 && control["accepted"] == "1")
            #expect(try await Self.kept(stage).last == "76 shipped main")
        }
    }

    @Test("lines, CloudEvents and a heartbeat are taken; a heartbeat that is no later is a duplicate")
    func forms() async throws {
        try await HTTPStage.run(more: Self.orders) { stage in
            let lines = "\(Self.item("1"))\n\(Self.item("2"))\n{\n"
            let first = try await stage.post(
                Self.path,
                lines,
                headers: ["Content-Type": "application/x-ndjson"]
            )
            #expect(first["accepted"] == "2" && first.text.contains(#""code":"bad_item""#))
            let event = """
                {"specversion":"1.0","type":"tidegate.order.acknowledged.v1","source":"e","id":"1",\
                "time":"\(Self.at)","data":{"order":"3"}}
                """
            let second = try await stage.post(
                Self.path,
                event,
                headers: ["Content-Type": "application/cloudevents+json"]
            )
            #expect(second["accepted"] == "1")
            let beat = try await stage.post(Self.path, #"{"alive_at":"\#(Self.at)"}"#)
            #expect(beat["accepted"] == "1")
            #expect(try await stage.post(Self.path, #"{"alive_at":"\#(Self.at)"}"#)["duplicate"] == "1")
            let state = stage.shop.shop.state
            var changes = LedgerChanges()
            changes.cursor = OrderCursor()
            _ = try await state.save(changes, at: .now)
            let alive = try #require(try await state.orderCursor()?.aliveThrough)
            #expect(Timestamp(microseconds: alive) == Timestamp(rfc3339: Self.at))
            #expect(try await Self.kept(stage).count == 3)
        }
    }

    @Test("each thing that is wrong has its status")
    func statuses() async throws {
        try await HTTPStage.run(more: Self.orders) { stage in
            for (body, status, code) in [
                ("{", 400, "bad_body"), (#"{"order":"1"}"#, 422, "no_valid_item"), ("", 400, "bad_body"),
            ] {
                let reply = try await stage.post(Self.path, body)
                #expect(reply.status == status && reply["code"] == code, "\(body)")
            }
            #expect(try await stage.post(Self.path, "[]").status == 202)
            let packed = try await stage.post(Self.path, "{}", headers: ["Content-Encoding": "gzip"])
            #expect(packed.status == 415)
            let text = try await stage.post(Self.path, "{}", headers: ["Content-Type": "text/plain"])
            #expect(text.status == 415 && text["code"] == "unsupported_media_type")
            // Whoever is still sending may find the connection closed before the answer is read.
            let large = try? await stage.send("POST", Self.path, body: [UInt8](repeating: 49, count: 9 << 20))
            #expect(large == nil || large?.status == 413)
            // The path could be an order of that name.
            #expect(try await stage.get(Self.path).status == 404)
            #expect(try await stage.send("DELETE", Self.path, body: []).status == 405)
            #expect(try await stage.post(Self.path + "?source=x", Self.item("1"))["code"] == "unknown_source")
            #expect(try await stage.post(Self.path + "?shop=x", Self.item("1")).status == 400)
            let site = ["Origin": "https://evil.example"]
            #expect(try await stage.post(Self.path, Self.item("1"), headers: site).status == 403)
            #expect(try await Self.kept(stage).isEmpty && stage.shop.calls.isEmpty)
        }
    }

    @Test("a key that comes again is answered as the first time, with another body it is refused")
    func keys() async throws {
        try await HTTPStage.run(more: Self.orders) { stage in
            let key = ["Idempotency-Key": "k1"]
            let first = try await stage.post(Self.path, Self.item("1"), headers: key)
            let second = try await stage.post(Self.path, Self.item("1"), headers: key)
            #expect(first.body == second.body && second.headers["idempotent-replayed"] == "true")
            let other = try await stage.post(Self.path, Self.item("2"), headers: key)
            #expect(other.status == 422 && other["code"] == "key_reused")
        }
    }

    @Test("a token needs the scope, and its only source is whose figures contain the orders")
    func tokens() async throws {
        let sources = """
            sources:
              erp: { kind: file, path: FOLDER/a.csv }
              dc: { kind: file, path: FOLDER/b.csv, events: { answers: lenient } }
            """
        let (all, read) = (Self.token("all"), Self.token("read", [.read, .operate]))
        let (one, two) = (Self.token("one", sources: ["erp"]), Self.token("two", sources: ["erp", "dc"]))
        try await HTTPStage.run(
            sources: sources,
            tokens: [all, read, one, two].map(\.token),
            more: Self.orders
        ) { stage in
            #expect(try await stage.post(Self.path, Self.item("1")).status == 401)
            #expect(try await stage.post(Self.path, Self.item("1"), headers: read.headers).status == 403)
            #expect(try await stage.post(Self.path, Self.item("1"), headers: one.headers).status == 202)
            let path = Self.path + "?source=dc"
            #expect(try await stage.post(path, Self.item("2"), headers: one.headers).status == 403)
            let unsaid = try await stage.post(Self.path, Self.item("3"), headers: two.headers)
            #expect(unsaid.status == 400 && unsaid["code"] == "bad_parameter")
            // Of a lenient source bad input is told to people instead.
            #expect(try await stage.post(path, "{", headers: two.headers).status == 202)
            #expect(try await stage.shop.shop.state.openExceptions(code: .eventRefused).count == 1)
            #expect(try await stage.post(path, Self.item("4"), headers: two.headers).status == 202)
            #expect(try await stage.post(Self.path, Self.item("5"), headers: all.headers).status == 202)
            #expect(try await Self.kept(stage) == ["1 booked erp", "4 booked dc", "5 booked *"])
        }
    }

    @Test("where orders are not read, or ids prove nothing, that is said")
    func notRead() async throws {
        try await HTTPStage.run { stage in
            let reply = try await stage.post(Self.path, Self.item("1"))
            #expect(reply.status == 409 && reply["code"] == "orders_not_read")
            #expect(reply["hint"]?.contains("orders") == true)
        }
        try await HTTPStage.run(more: "orders: { by: [manifest] }") { stage in
            let reply = try await stage.post(Self.path, "[\(Self.item("1")),{\"alive_at\":\"\(Self.at)\"}]")
            #expect(reply.status == 202 && reply["accepted"] == "1")
            #expect(reply.text.contains(#""code":"proof_not_taken""#))
        }
    }
}
