package import InventoryCore

extension Fault.Code {
    /// The address of a proxy that is none.
    package static let badProxy = Fault.Code("bad_proxy")
    /// A file of certificates that holds none.
    package static let badCertificates = Fault.Code("bad_certificates")
}
