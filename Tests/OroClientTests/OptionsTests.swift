import InventoryCore
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("Options")
struct OptionsTests {
    @Test("the token endpoint is at the root, the API below the back office")
    func address() throws {
        let address = try OroAddress(url: "https://shop.example/", backendPrefix: "/admin")
        #expect(address.tokenURL == "https://shop.example/oauth2-token")
        #expect(address.api == "https://shop.example/admin/api")
        #expect(address.isEncrypted)
        let bare = try OroAddress(url: "http://127.0.0.1:8088", backendPrefix: "")
        #expect(bare.api == "http://127.0.0.1:8088/api")
        #expect(bare.isLoopback && !bare.isEncrypted)
        let below = try OroAddress(url: "https://admin/b2b", backendPrefix: "/backoffice")
        #expect(below.api == "https://admin/b2b/backoffice/api")
        #expect(throws: Fault.self) {
            try OroAddress(url: "https://a/backoffice", backendPrefix: "backoffice")
        }
        #expect(throws: Never.self) { try OroAddress(url: "https://admin", backendPrefix: "/admin") }
    }

    @Test(
        "an address that cannot work is refused with its place",
        arguments: [
            "", "shop.example", "ftp://shop.example", "https://", "https:///admin",
            "https://shop.example?x=1",
            "https://shop.example#x", "https://shop example", "https://user:pass@shop.example",
            "https://shöp.example", "https://shop.example/admin", "https://shop.example/x/admin/api/",
            "https://shop.example/api",
        ]
    )
    func badAddress(url: String) {
        let error = #expect(throws: Fault.self) { try OroAddress(url: url, backendPrefix: "/admin") }
        #expect(error?.code == .badURL)
        #expect(error?.place == "oro.url")
        #expect(error?.description.contains("pass") == false)
    }

    @Test("an unreadable file of certificates is refused when the client is made, with its setting")
    func certificates() {
        var options = OroOptions.loopback("https://127.0.0.1:1")
        options.caFile = "/nowhere/ca.pem"
        let error = #expect(throws: Fault.self) { try OroClient(options: options, logger: quiet) }
        #expect(error?.code == .badCertificates)
        #expect(error?.place == "oro.ca_file")
        #expect(error?.description.contains("/nowhere/ca.pem") == true)
    }
}
