package import InventoryCore

extension Fault.Code {
    /// What is configured as a proxy is not the address of one.
    package static let badProxy = Fault.Code("bad_proxy")
    /// The file of certificates cannot be read or holds none.
    package static let badCertificates = Fault.Code("bad_certificates")
}
