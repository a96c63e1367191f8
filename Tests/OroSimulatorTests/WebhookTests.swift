import Crypto
import Testing

@testable import OroSimulator

@Suite("Webhooks of the simulated shop")
struct WebhookTests {
    static func options(_ profile: Profile) -> SimulatorOptions {
        var options = SimulatorOptions(catalogue: Catalogue(count: 20, seed: 3))
        options.profile = profile
        options.disorder = 0
        options.webhookRetryMilliseconds = 1
        return options
    }

    static func webhook(_ url: String, topic: String = "inventorylevel.updated", format: String) -> String {
        """
        {"data":{"type":"webhooks","attributes":\
        {"notificationUrl":"\(url)","secret":"s3cret","enabled":true},\
        "relationships":{"topic":{"data":{"type":"webhooktopics","id":"\(topic)"}},\
        "format":{"data":{"type":"webhookformats","id":"\(format)"}}}}}
        """
    }

    static func patch(_ level: String, _ quantity: Int) -> String {
        """
        {"data":{"type":"inventorylevels","id":"\(level)","attributes":{"quantity":"\(quantity)"}}}
        """
    }

    @Test(
        "a write is posted, signed and with its entity, to each webhook that asked for it",
        arguments: ["default", "thin"]
    )
    func delivered(format: String) async throws {
        try await WebhookReceiver.with([200]) { receiver in
            try await ShopClient.with(Self.options(.v7_0)) { simulator, client in
                let made = try await client.api(
                    "POST",
                    "webhooks",
                    Self.webhook(receiver.url, format: format)
                )
                #expect(made.status == 201 && !made.text.contains("s3cret"))
                #expect(try await client.api("PATCH", "inventorylevels/3", Self.patch("3", 41)).status == 200)
                let call = try #require(await receiver.next())
                #expect(call.fields["webhook-topic"] == "inventorylevel.updated")
                #expect(call.fields["webhook-signature-algorithm"] == "HMAC-SHA256")
                let key = SymmetricKey(data: Array("s3cret".utf8))
                let code = HMAC<SHA256>.authenticationCode(for: call.body, using: key)
                let signature = code.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
                #expect(call.fields["webhook-signature"] == signature)
                let root = try JsonReader.document(call.body).object
                #expect(root?["messageId"]?.text == call.fields["webhook-id"])
                let data = root?["eventData"]?.object?["data"]?.object
                #expect(data?["type"]?.text == "inventorylevels" && data?["id"]?.text == "3")
                let quantity = data?["attributes"]?.object?["quantity"]?.text
                #expect(quantity == (format == "thin" ? nil : "41"))
                // The shop's own checkout is told as well.
                #expect(simulator.checkout(level: "3", quantity: "1"))
                #expect(await receiver.next()?.fields["webhook-topic"] == "inventorylevel.updated")
            }
        }
    }

    @Test("an overloaded receiver is tried again under the same id, a receiver that is gone never again")
    func redelivered() async throws {
        try await WebhookReceiver.with([503, 429, 200, 410]) { receiver in
            try await ShopClient.with(Self.options(.enterprise)) { simulator, client in
                _ = try await client.api("POST", "webhooks", Self.webhook(receiver.url, format: "thin"))
                simulator.setQuantity(level: "3", to: "7")
                var ids: Set<String> = []
                for _ in 0..<3 { ids.insert(try #require(await receiver.next()?.fields["webhook-id"])) }
                #expect(ids.count == 1)
                simulator.setQuantity(level: "3", to: "8")
                let last = await receiver.next()?.fields["webhook-id"]
                #expect(last.map(ids.contains) == false)
                // 410 ends the webhook; the list shows it.
                var left = 1
                for _ in 0..<2_000 where left > 0 {
                    left = try await client.api("GET", "webhooks").json?.object?["data"]?.list?.count ?? 0
                }
                #expect(left == 0)
            }
        }
    }

    @Test("versions before 6.1 have no webhooks", arguments: [Profile.v5_1, .v6_0])
    func unknown(profile: Profile) async throws {
        try await ShopClient.with(Self.options(profile)) { _, client in
            #expect(try await client.api("GET", "webhooktopics").status == 404)
            let made = try await client.api(
                "POST",
                "webhooks",
                Self.webhook("http://127.0.0.1:9", format: "thin")
            )
            #expect(made.status == 404)
        }
    }

    @Test("a webhook with an unknown topic or without an address is refused")
    func refused() async throws {
        try await ShopClient.with(Self.options(.v7_0)) { _, client in
            let url = "http://127.0.0.1:9"
            let stranger = Self.webhook(url, topic: "cart.updated", format: "thin")
            #expect(try await client.api("POST", "webhooks", stranger).status == 400)
            let nowhere = Self.webhook("", format: "thin")
            #expect(try await client.api("POST", "webhooks", nowhere).status == 400)
            _ = try await client.api("POST", "webhooks", Self.webhook(url, format: "thin"))
            #expect(try await client.api("DELETE", "webhooks/1").status == 204)
            #expect(try await client.api("DELETE", "webhooks/1").status == 404)
        }
    }
}
