package import InventoryCore

// The bytes of a delivery cannot be read.
extension Fault.Code {
    package static let notFound = Fault.Code("not_found")
    package static let notReadable = Fault.Code("not_readable")
    package static let notAFile = Fault.Code("not_a_file")
    package static let readFailed = Fault.Code("read_failed")
    /// The compressed input stops early.
    package static let truncated = Fault.Code("truncated")
    /// The compressed input contradicts itself or its checksum.
    package static let corrupt = Fault.Code("corrupt")
    /// It unpacks to more bytes than allowed.
    package static let tooLarge = Fault.Code("too_large")
    /// The folder has no snapshot that is complete.
    package static let noSnapshot = Fault.Code("no_snapshot")
    package static let tooManyFiles = Fault.Code("too_many_files")
    /// The file was written to while it was read (exit 75).
    package static let deliveryChanged = Fault.Code("delivery_changed")
    /// A delivery that was taken cannot be moved or deleted.
    package static let cannotPutAway = Fault.Code("cannot_put_away")
    package static let badManifest = Fault.Code("bad_manifest")
}
