import InventoryCore
import Testing

@testable import HTTPTransport

@Suite("The address of a proxy")
struct ProxyAddressTests {
    @Test(
        "host and port are read, with or without scheme, trailing slash and credentials",
        arguments: [
            "proxy.example:3128", "http://proxy.example:3128/", "http://user@proxy.example:3128",
            "http://user:p@ss:word@proxy.example:3128",
        ]
    )
    func accepted(text: String) throws {
        let address = try ProxyAddress(text, setting: "oro.proxy")
        #expect(address.host == "proxy.example")
        #expect(address.port == 3128)
        #expect(!"\(address)".contains("p@ss"))
    }

    @Test(
        "anything else is refused with its setting and without its text, which may hold a password",
        arguments: [
            "", "proxy", "proxy:", ":3128", "proxy:99999", "proxy:0", "http://user:hunter2@proxy", "p/q:80",
        ]
    )
    func refused(text: String) {
        let fault = #expect(throws: Fault.self) { try ProxyAddress(text, setting: "sources.erp.proxy") }
        #expect(fault?.code == .badProxy)
        #expect(fault?.place == "sources.erp.proxy")
        #expect(fault?.description.contains("hunter2") == false)
    }
}
