// How the sending ends early because its process has to.
extension PushEngine {
    /// Starts nothing more, and sends back what the shop has nothing of;
    /// `status` is `stopped` once the answers to what is in flight are handled.
    package mutating func interrupt(now: PushInstant) {
        stop(.outage("the push was interrupted"), now: now)
    }
}
