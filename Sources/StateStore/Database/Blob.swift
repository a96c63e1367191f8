import FoundationEssentials

extension [UInt8] {
    /// The bytes as GRDB stores them.
    var blob: Data { Data(self) }

    init(blob: Data) {
        self.init(blob)
    }
}
