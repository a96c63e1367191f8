import InventoryCore

/// How much a compressed file may still unpack to: a few kilobytes can hold terabytes of zeros.
struct UnpackedBudget {
    let path: String
    let bytesMax: Int
    private var bytesSpent = 0

    init(path: String, bytesMax: Int) {
        self.path = path
        self.bytesMax = bytesMax
    }

    mutating func spend(_ bytes: Int) throws(Fault) {
        bytesSpent += bytes
        if bytesSpent > bytesMax {
            throw Fault(
                .badInput,
                code: .tooLarge,
                place: path,
                message: "It unpacks to more than \(bytesMax) bytes.",
                hint: "Check the file; if it really is that large, raise the limit of unpacked bytes."
            )
        }
    }
}
