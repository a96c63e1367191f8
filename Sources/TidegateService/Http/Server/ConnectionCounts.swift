import Glibc
import NIOCore
import Synchronization

/// How many connections there are, in all and of each address.
package final class ConnectionCounts: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [[UInt8]: Int] = [:]
    }

    private let counts = Mutex(Counts())

    package init() {}

    package var all: Int { counts.withLock(\.all) }

    /// Notes a new connection; gives false where there are too many.
    func enter(_ address: [UInt8], _ limits: ConnectionLimits) -> Bool {
        counts.withLock { counts in
            let own = counts.byAddress[address, default: 0]
            guard counts.all < limits.connectionsMax, own < limits.connectionsPerAddressMax else {
                return false
            }
            counts.all += 1
            counts.byAddress[address] = own + 1
            return true
        }
    }

    func leave(_ address: [UInt8]) {
        counts.withLock { counts in
            counts.all -= 1
            let rest = counts.byAddress[address, default: 1] - 1
            counts.byAddress[address] = rest > 0 ? rest : nil
        }
    }

    /// What addresses are told apart by: an IPv4 address, or the network of an IPv6 address, since one
    /// machine has as many of these as it likes.
    static func key(_ address: SocketAddress?) -> [UInt8] {
        guard let text = address?.ipAddress else { return [] }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return Array(text.utf8) }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        return isMapped ? Array(bytes.suffix(4)) : Array(bytes.prefix(8))
    }
}
