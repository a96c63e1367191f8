import InventoryCore
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("Options")
struct OptionsTests {
    @Test("the token endpoint lies at the root, the API below the back office")
    func address() throws {
        let address = try OroAddress(url: "https://shop.example/", backendPrefix: "/admin")
        #expect(address.tokenURL == "https://shop.example/oauth2-token")
        #expect(address.api == "https://shop.example/admin/api")
        #expect(address.isEncrypted)
        let bare = try OroAddress(url: "http://127.0.0.1:8088", backendPrefix: "")
        #expect(bare.api == "http://127.0.0.1:8088/api")
        #expect(bare.isLoopback && !bare.isEncrypted)
    }

    @Test(
        "an address that cannot work is refused with its place",
        arguments: [
            "", "shop.example", "ftp://shop.example", "https://", "https:///admin",
            "https://shop.example?x=1",
            "https://shop.example#x", "https://shop example", "https://user:pass@shop.example",
            "https://shöp.example",
        ]
    )
    func badAddress(url: String) {
        let error = #expect(throws: Fault.self) { try OroAddress(url: url, backendPrefix: "/admin") }
        #expect(error?.code == .badURL)
        #expect(error?.place == "oro.url")
        #expect(error?.description.contains("pass") == false)
    }

    @Test("a secret shows itself nowhere")
    func secret() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), dumped, "\([secret])", "\(Optional(secret) as Any)",
        ] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect(secret.revealed() == "hunter2")
    }

    @Test("a proxy is a host and a port, perhaps with credentials")
    func proxy() throws {
        let plain = try ProxyAddress("http://proxy.example:3128/", setting: "oro.proxy")
        #expect(plain.host == "proxy.example")
        #expect(plain.port == 3128)
        let named = try ProxyAddress("http://user:p@ss:word@proxy.example:3128", setting: "oro.proxy")
        #expect(named.host == "proxy.example")
        #expect(!"\(named)".contains("p@ss"))
        for text in ["", "proxy", "proxy:", ":3128", "proxy:99999", "http://user:hunter2@proxy", "p/q:80"] {
            let error = #expect(throws: Fault.self, "\(text)") {
                try ProxyAddress(text, setting: "oro.proxy")
            }
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test("certificates that cannot be read are said so at the start")
    func certificates() {
        var options = OroOptions.loopback("https://127.0.0.1:1")
        options.caFile = "/nowhere/ca.pem"
        let error = #expect(throws: Fault.self) { try OroClient(options: options, logger: quiet) }
        #expect(error?.code == .badCertificates)
        #expect(error?.description.contains("/nowhere/ca.pem") == true)
    }
}
