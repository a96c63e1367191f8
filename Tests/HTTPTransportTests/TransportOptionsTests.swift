import InventoryCore
import Logging
import Testing

@testable import HTTPTransport

@Suite("The options of a transport")
struct TransportOptionsTests {
    static func fault(_ change: (inout Transport.Options) -> Void) -> Fault? {
        var options = Transport.Options(section: "sources.erp")
        change(&options)
        let logger = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        return #expect(throws: Fault.self) { try Transport(options: options, logger: logger) }
    }

    @Test("an unreadable file of certificates is refused with section and file")
    func certificates() {
        let fault = Self.fault { $0.caFile = "/nowhere/ca.pem" }
        #expect(fault?.code == .badCertificates)
        #expect(fault?.place == "sources.erp.ca_file")
        #expect(fault?.description.contains("/nowhere/ca.pem") == true)
    }

    @Test("what is no proxy's address is refused with its section")
    func proxy() {
        let fault = Self.fault { $0.proxy = "proxy" }
        #expect(fault?.code == .badProxy)
        #expect(fault?.place == "sources.erp.proxy")
    }
}
