import FoundationEssentials

extension SimulatorFault {
    /// Reads a whole file that somebody named.
    static func bytes(ofFile path: String) throws(SimulatorFault) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .badFile(place: path, problem: "cannot be read: \(error)")
        }
    }
}
