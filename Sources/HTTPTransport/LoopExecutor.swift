import NIOCore

/// Runs tasks on the thread of an event loop, one after the other.
///
/// What mostly waits for answers takes them there where they come in: to change threads for each part of an
/// answer costs more than what is done with it. There are as many such threads as cores, for the connections
/// of all shops and of the service, so nothing that blocks or takes long may run here: the database, for one,
/// works on queues of its own.
package final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
