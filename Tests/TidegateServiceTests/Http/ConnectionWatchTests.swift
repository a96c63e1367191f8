import Testing

@testable import TidegateService

@Suite("What becomes of a connection")
struct ConnectionWatchTests {
    private static let small = ConnectionWatch.BodyRule(bytesMax: 1_000, secondsMax: 20)
    private static let delivery = ConnectionWatch.BodyRule(bytesMax: 1_000_000, secondsMax: nil)

    private static var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.bodyBytesPerSecondMin = 100
        limits.windowSeconds = 5
        limits.headSecondsMax = 10
        limits.idleSecondsMax = 60
        return limits
    }

    @Test("given no head in time, then it is closed; later heads may take longer")
    func heads() {
        var watch = Watched(Self.limits, at: 0)
        #expect(watch.tick(at: 10) == .pass)
        #expect(watch.tick(at: 10.5) == .close)
        watch = Watched(Self.limits, at: 0)
        #expect(watch.head(Self.small, length: nil, at: 1) == .pass)
        #expect(watch.end(at: 1) == .pass)
        #expect(!watch.answerBegins())
        #expect(watch.tick(at: 1_000) == .pass)
        #expect(watch.answerEnds(at: 1_000) == .pass)
        #expect(watch.tick(at: 1_060) == .pass)
        #expect(watch.tick(at: 1_061) == .close)
    }

    @Test("given a body that drips, then it is refused after a window")
    func drip() {
        let watch = Watched(Self.limits, at: 0)
        _ = watch.head(Self.delivery, length: nil, at: 0)
        for second in 1...4 {
            watch.asked(at: Double(second) - 1)
            #expect(watch.body(1, at: Double(second)) == .pass)
            #expect(watch.tick(at: Double(second)) == .pass)
        }
        watch.asked(at: 4)
        #expect(watch.tick(at: 5.1) == .refuse(.tooSlow))
    }

    @Test("given that we are not ready to read, then the client's time stands still")
    func backPressure() {
        let watch = Watched(Self.limits, at: 0)
        _ = watch.head(Self.small, length: nil, at: 0)
        #expect(watch.body(10, at: 1) == .pass)
        #expect(watch.tick(at: 500) == .pass)
        watch.asked(at: 500)
        #expect(watch.tick(at: 504) == .pass)
        #expect(watch.tick(at: 506) == .refuse(.tooSlow))
    }

    @Test("given a steady body that takes too long, then only a delivery may go on")
    func deadline() {
        for (rule, expected) in [
            (Self.small, ConnectionWatch.Action.refuse(.tooSlow)), (Self.delivery, .pass),
        ] {
            let watch = Watched(Self.limits, at: 0)
            _ = watch.head(rule, length: nil, at: 0)
            var last = ConnectionWatch.Action.pass
            for second in 1...21 where last == .pass {
                watch.asked(at: Double(second) - 1)
                _ = watch.body(rule == Self.small ? 40 : 200, at: Double(second))
                last = watch.tick(at: Double(second))
                if rule == Self.small, second < 5 { #expect(last == .pass) }
            }
            #expect(last == expected)
        }
    }

    @Test("given more bytes than allowed, stated or sent, then it is refused")
    func size() {
        var watch = Watched(Self.limits, at: 0)
        #expect(watch.head(Self.small, length: 1_001, at: 0) == .refuse(.tooLarge(bytesMax: 1_000)))
        watch = Watched(Self.limits, at: 0)
        #expect(watch.head(Self.small, length: nil, at: 0) == .pass)
        #expect(watch.body(1_000, at: 0) == .pass)
        #expect(watch.body(1, at: 0) == .refuse(.tooLarge(bytesMax: 1_000)))
    }

    @Test("given an answer before the body's end, then the connection ends, and what comes is dropped")
    func refusal() {
        let watch = Watched(Self.limits, at: 0)
        _ = watch.head(Self.small, length: nil, at: 0)
        #expect(watch.answerBegins())
        #expect(watch.body(10, at: 0) == .drop)
        #expect(watch.answerEnds(at: 0) == .linger)
        #expect(watch.body(10, at: 0.5) == .drop)
        #expect(watch.tick(at: 0.9) == .pass)
        #expect(watch.tick(at: 1.1) == .close)
        #expect(watch.body(Self.limits.lingerBytesMax, at: 0.6) == .close)
    }

    @Test("given a client that reads nothing, then it is closed; one that reads slowly is not")
    func stalled() {
        let watch = Watched(Self.limits, at: 0)
        _ = watch.head(Self.small, length: nil, at: 0)
        _ = watch.end(at: 0)
        _ = watch.answerBegins()
        watch.writability(false, at: 1)
        #expect(watch.tick(at: 30) == .pass)
        watch.writability(true, at: 30)
        watch.writability(false, at: 30)
        #expect(watch.tick(at: 59) == .pass)
        #expect(watch.tick(at: 61) == .close)
    }
}

/// A watch that expectations can ask.
private final class Watched {
    private var watch: ConnectionWatch

    init(_ limits: ConnectionLimits, at now: Double) {
        watch = ConnectionWatch(limits, at: now)
    }

    func asked(at now: Double) { watch.asked(at: now) }
    func head(_ rule: ConnectionWatch.BodyRule, length: Int?, at now: Double) -> ConnectionWatch.Action {
        watch.head(rule, length: length, at: now)
    }
    func body(_ bytes: Int, at now: Double) -> ConnectionWatch.Action { watch.body(bytes, at: now) }
    func end(at now: Double) -> ConnectionWatch.Action { watch.end(at: now) }
    func answerBegins() -> Bool { watch.answerBegins() }
    func answerEnds(at now: Double) -> ConnectionWatch.Action { watch.answerEnds(at: now) }
    func writability(_ isWritable: Bool, at now: Double) { watch.writability(isWritable, at: now) }
    func tick(at now: Double) -> ConnectionWatch.Action { watch.tick(at: now) }
}
