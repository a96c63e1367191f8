/// What a push has noticed about the shop, and how it goes on nevertheless.
package enum ShopNotice: Hashable, Sendable {
    /// Operations wait in the shop's queue and none moves.
    case queueStalled(operations: Int)
    /// The role may not send batches.
    case batchesDenied(String)

    /// What to tell, with the step that mends it.
    package var sentence: String {
        switch self {
        case .queueStalled(let operations):
            let what = operations == 1 ? "1 batch operation does" : "\(operations) batch operations do"
            return "\(what) not move: start OroCommerce's message queue consumers "
                + "(`oro:message-queue:consume`); single writes are used until one has ended"
        case .batchesDenied(let answer):
            return
                "the role may not create asynchronous operations (\(answer)): single writes are used; give "
                + "the integration's role view and create on asynchronous operations"
        }
    }
}
