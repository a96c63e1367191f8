/// What one connection, and all together, may cost.
package struct ConnectionLimits: Hashable, Sendable {
    package var connectionsMax = 1_000
    /// Of one IPv4 address or one IPv6 network of 64 bits.
    package var connectionsPerAddressMax = 128
    /// From the connection to the end of the first head.
    package var headSecondsMax = 10.0
    /// Between two requests.
    package var idleSecondsMax = 60.0
    package var headBytesMax = 16 << 10
    package var headFieldsMax = 100
    /// Of a body that is no delivery.
    package var bodyBytesMax = 8 << 20
    /// How long we wait for the rest of such a body, as long as we are ready to read it.
    package var bodySecondsMax = 60.0
    /// Of a delivery; it has no deadline, since what matters is that it goes on.
    package var deliveryBytesMax = 20 << 30
    /// A body that brings less than this is cut off, looked at over `windowSeconds` of our waiting.
    package var bodyBytesPerSecondMin = 1_000
    package var windowSeconds = 10.0
    /// How long a client may leave what we send unread.
    package var stalledSecondsMax = 30.0
    /// How long, and for how many bytes, a refused client may go on before it is cut off: it shall read the
    /// answer.
    package var lingerSeconds = 1.0
    package var lingerBytesMax = 256 << 10
    /// How often the deadlines are looked at.
    package var tickSeconds = 0.5

    package init() {}
}
