/// The files of a folder that say of others that they are complete.
///
/// The marker of a delivery has its name, whole or without its extensions, and the configured ending. One
/// that is older than the file was left by an earlier one of that name; one that stands for several
/// deliveries does not say which of them is complete. Neither counts.
struct DoneMarkers {
    private let ending: String
    private let names: Set<[UInt8]>
    /// By how many deliveries a marker is claimed that has not the whole name of one.
    private let claims: [[UInt8]: Int]

    init(ending: String, names: [[UInt8]], isDelivery: ([UInt8]) -> Bool) {
        self.ending = ending
        self.names = Set(names)
        var claims: [[UInt8]: Int] = [:]
        for name in names where isDelivery(name) {
            for marker in DoneMarkers.markers(of: name, ending) { claims[marker, default: 0] += 1 }
        }
        self.claims = claims
    }

    /// Whether a delivery is complete.
    func say(isComplete name: [UInt8], _ state: FileState, in folder: FilePath) -> Bool {
        let markers = DoneMarkers.markers(of: name, ending)
        for (index, marker) in markers.enumerated() where names.contains(marker) {
            // The whole name of a delivery is that of no other, even where another's shorter one is the same.
            guard index == 0 || claims[marker] == 1 else { continue }
            guard let written = folder.appending(name: marker).state?.modified else { continue }
            if written >= state.modified { return true }
        }
        return false
    }

    private static func markers(of name: [UInt8], _ ending: String) -> [[UInt8]] {
        FilePath(bytes: name).shortened.map { $0.appending(suffix: ending).bytes }
    }
}
