import Foundation
import InventoryCore
import Testing

@Suite("How an alert is written")
struct AlertBodyTests {
    private static let hostile = "<!channel> & [x](http://evil) \u{202E}\u{1B}[2J\r\nBcc: a@b"

    private static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test("our own form has every field")
    func plain() throws {
        let object = try Self.object(AlertBody.plain(.sample()))
        #expect(object["title"] as? String == "[main] warning: negative stock, WH-1")
        #expect(object["code"] as? String == "negative_stock" && object["count"] as? Int == 2)
        #expect(object["at"] as? String == "1970-01-01T00:00:00Z" && object["kind"] as? String == "opened")
        #expect(object["owner"] as? String == "operations")
    }

    @Test("names from files call nobody in Slack, and make no line of their own")
    func slack() throws {
        let alert = Alert.sample(subject: Self.hostile, message: Self.hostile)
        let text = try #require(try Self.object(AlertBody.slack(alert))["text"] as? String)
        #expect(!text.contains("<") && text.contains("&lt;!channel&gt; &amp;"))
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
        #expect(text.split(separator: "\n").count == 4)
    }

    @Test("a card of Teams has plain runs of text")
    func teams() throws {
        let alert = Alert.sample(subject: Self.hostile)
        let object = try Self.object(AlertBody.teams(alert))
        let attachment = try #require((object["attachments"] as? [[String: Any]])?.first)
        let content = try #require(attachment["content"] as? [String: Any])
        #expect(content["type"] as? String == "AdaptiveCard")
        let body = try #require(content["body"] as? [[String: Any]])
        #expect(body.count == 4 && body.allSatisfy { $0["type"] as? String == "RichTextBlock" })
    }

    @Test("a message has its bound, whatever its characters are made of")
    func bound() {
        let long = "e" + String(repeating: "\u{301}", count: 100_000)
        let alert = Alert.sample(subject: long, message: long)
        #expect(alert.message.unicodeScalars.count == 1_500 && alert.message.hasSuffix("…"))
        #expect(AlertBody.plain(alert).count < 20_000)
    }

    @Test("an alert comes out of the outbox as it went in")
    func roundTrip() throws {
        let alert = Alert.sample(.overdue, severity: .critical, owner: .finance)
        let data = try JSONEncoder().encode(alert)
        #expect(try JSONDecoder().decode(Alert.self, from: data) == alert)
    }
}
