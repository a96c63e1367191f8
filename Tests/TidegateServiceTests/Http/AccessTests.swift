import Foundation
import InventoryCore
import Testing

@testable import TidegatePipeline
@testable import TidegateService

@Suite("Tokens", .serialized)
struct AccessTests {
    private static func token(
        _ id: String,
        _ scopes: Set<AccessScope>,
        shops: Set<ShopID>? = nil,
        sources: Set<SourceID>? = nil,
        expires: Timestamp? = nil
    ) -> (text: String, token: AccessToken) {
        let text = AccessToken.text(id: id, secret: Array(id.utf8))
        let token = AccessToken(
            id: id,
            digest: AccessToken.digest(of: text),
            scopes: scopes,
            shops: shops,
            sources: sources,
            expires: expires
        )
        return (text, token)
    }

    private static func bearer(_ text: String) -> [String: String] { ["Authorization": "Bearer \(text)"] }

    @Test("a file of tokens is read as it was written, for its owner only")
    func file() throws {
        let path = NSTemporaryDirectory() + "/tokens-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let until = Timestamp.now.adding(seconds: 100)
        let tokens = TokensFile([
            Self.token("ops-1", [.read, .operate]).token,
            Self.token("erp", [.events], shops: ["main"], sources: ["erp", "dc"], expires: until).token,
        ])
        try tokens.save(path: path)
        #expect(try TokensFile.load(path: path) == tokens)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.contains("tg_"))
    }

    @Test(
        "a file that is not a list of tokens is refused",
        arguments: [
            "{}", "- 1", "- { id: a }", "- { id: A, sha256: x, scopes: [] }",
            "- { id: a, sha256: 00, scopes: [read] }",
            "- { id: a, sha256: \(String(repeating: "0", count: 64)), scopes: [fly] }",
            "- { id: a, sha256: \(String(repeating: "0", count: 64)), scopes: [read], shop: main }",
            "- { id: a, sha256: \(String(repeating: "0", count: 64)), scopes: [read], expires: soon }", "[",
        ]
    )
    func badFiles(text: String) throws {
        let path = NSTemporaryDirectory() + "/tokens-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let fault = #expect(throws: Fault.self) { try TokensFile.load(path: path) }
        #expect(fault?.code == "bad_tokens_file")
    }

    @Test("scopes, shops, sources and expiry decide what a token reaches")
    func scopes() async throws {
        let reader = Self.token("reader", [.read])
        let sender = Self.token("sender", [.snapshots, .read], sources: ["other"])
        let stranger = Self.token("stranger", [.read, .operate], shops: ["elsewhere"])
        let old = Self.token("old", [.read], expires: .now)
        let tokens = [reader, sender, stranger, old].map(\.token)
        try await HTTPStage.run(tokens: tokens) { stage in
            let shop = "/v1/shops/main"
            #expect(try await stage.get(shop).status == 401)
            #expect(try await stage.get(shop).headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            for bad in ["tg_reader_00", "tg_nobody_00", "reader", "", "tg_reader", reader.text + "0"] {
                #expect(try await stage.get(shop, headers: Self.bearer(bad)).status == 401, "\(bad)")
            }
            #expect(try await stage.get(shop, headers: ["Authorization": "Basic eA=="]).status == 401)
            #expect(try await stage.get(shop, headers: Self.bearer(reader.text)).status == 200)
            let pause = try await stage.post("\(shop)/push/pause", "{}", headers: Self.bearer(reader.text))
            #expect(pause.status == 403 && pause["code"] == "forbidden")
            #expect(try await stage.get(shop, headers: Self.bearer(stranger.text)).status == 403)
            #expect(try await stage.get("/v1/shops", headers: Self.bearer(stranger.text)).items.isEmpty)
            #expect(try await stage.get("\(shop)/runs", headers: Self.bearer(sender.text)).status == 403)
            let source = "\(shop)/sources/main"
            #expect(try await stage.get(source, headers: Self.bearer(sender.text)).status == 403)
            let expired = try await stage.get(shop, headers: Self.bearer(old.text))
            #expect(expired.status == 401 && expired.text.contains("expired"))
            #expect(try await stage.send("GET", shop, byControl: true).status == 200)
        }
    }

    @Test("a changed file counts at once, and a broken one changes nothing")
    func reload() throws {
        let path = NSTemporaryDirectory() + "/tokens-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (one, two) = (Self.token("one", [.read]), Self.token("two-of-them", [.read]))
        try TokensFile([one.token]).save(path: path)
        let book = try TokenBook(path: path, logger: HTTPStage.quiet)
        #expect(book.tokens.map(\.id) == ["one"])
        try TokensFile([one.token, two.token]).save(path: path)
        book.reload()
        #expect(book.tokens.map(\.id) == ["one", "two-of-them"])
        try "- broken".write(toFile: path, atomically: true, encoding: .utf8)
        book.reload()
        #expect(book.tokens.map(\.id) == ["one", "two-of-them"])
        try FileManager.default.removeItem(atPath: path)
        book.reload()
        #expect(book.tokens.count == 2)
        #expect(throws: Fault.self) { try TokenBook(path: path, logger: HTTPStage.quiet) }
    }

    @Test("the control socket is its owner's, and is not taken from who answers on it")
    func control() async throws {
        try await HTTPStage.run { stage in
            let mode =
                try FileManager.default.attributesOfItem(atPath: stage.socket)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let fault = #expect(throws: Fault.self) { try ControlListener.prepare(stage.socket) }
            #expect(fault?.code == "control_socket_in_use")
            let file = "\(stage.folder)/file"
            try "x".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(throws: Fault.self) { try ControlListener.prepare(file) }
            #expect(FileManager.default.fileExists(atPath: file))
            let long = "\(stage.folder)/" + String(repeating: "x", count: 120)
            #expect(throws: Fault.self) { try ControlListener.prepare(long) }
        }
    }
}
