import Foundation
import Testing

/// A shop that takes connections and never answers: whoever asks it stays in the middle of its work.
final class SilentShop {
    private let listener: Int32
    private var taken: [Int32] = []
    let url: String

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(bound)
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    deinit {
        for connection in taken + [listener] { close(connection) }
    }

    /// Waits until somebody asks.
    func waitForVisitor() throws {
        let connection = accept(listener, nil, nil)
        try #require(connection >= 0)
        taken.append(connection)
    }
}
