/// A run's turn at a shop, where others wait for theirs: in a process that serves it.
package protocol ShopTurn: Sendable {
    /// Lets brief work of others in, such as stock events, until `reclaim`.
    func lend() async

    /// Has the shop for itself again; waits until whoever was let in has ended.
    func reclaim() async
}

extension Shop {
    /// Does what reads, or works out, and changes nothing of the state; stock events go on meanwhile.
    func lending<Result: ~Copyable>(_ body: () async throws -> Result) async throws -> Result {
        guard let turn else { return try await body() }
        await turn.lend()
        do {
            let result = try await body()
            await turn.reclaim()
            return result
        } catch {
            await turn.reclaim()
            throw error
        }
    }
}
