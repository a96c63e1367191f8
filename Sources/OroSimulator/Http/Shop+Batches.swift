extension Shop {
    /// `PATCH` of a collection: the body is only stored; a consumer reads it later.
    func batch(_ call: ApiCall) async throws -> Answer {
        // The mode is looked at before rights and body, by the shop's source.
        let mode = options.profile.hasSyncMode ? call.request.mode ?? "" : ""
        guard ["", "async", "sync"].contains(mode) else {
            throw ApiError(
                status: 400,
                title: "invalid header value exception",
                detail: "The accepted values for the \"X-Mode\" are \"sync\" or \"async\"."
            )
        }
        guard call.permissions.isSuperset(of: [.createOperations, .viewOperations]) else {
            throw ApiError(
                status: 403,
                title: "access denied exception",
                detail: "No access to create the asynchronous operation."
            )
        }
        guard !call.request.body.isEmpty else {
            throw options.profile == .v5_1 ? ApiError.emptyRequest : ApiError.emptyBatch
        }
        if mode == "sync" { return try await syncBatch(call) }
        let now = nowSeconds
        let type = call.resource.type
        let body = call.request.body
        let client = call.client
        let operation = with { state -> Operation? in
            let id = state.operations.add(type: type, body: body, client: client, atSeconds: now)
            return state.operations[id]
        }
        guard let operation else { throw ApiError.notFound }
        await schedule(.split(operation: operation.id))
        return accepted(call, operation)
    }

    func accepted(_ call: ApiCall, _ operation: Operation) -> Answer {
        Answer(
            status: 202,
            fields: [("Content-Location", call.request.base + "asyncoperations/\(operation.id)")],
            body: Self.document(operation, call.view(call.query))
        )
    }

    /// Queues a message after the delay that the options ask for.
    private func schedule(_ work: Work) async {
        let delay = options.operationDelayMilliseconds
        if delay > 0 {
            await self.delay(work, milliseconds: delay)
        } else {
            await queue.push([work])
        }
    }
}
