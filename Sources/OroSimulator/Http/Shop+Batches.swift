extension Shop {
    /// `PATCH` of a collection: the body is only stored; a consumer reads it later.
    func batch(_ call: ApiCall) async throws -> Answer {
        let permissions = with { $0.conditions.permissions }
        guard permissions.contains(.createOperations) else {
            throw ApiError(
                status: 403,
                title: "access denied exception",
                detail: "No access to create the asynchronous operation."
            )
        }
        guard !call.request.body.isEmpty else { throw ApiError.emptyRequest }
        if options.profile.hasSyncMode, let mode = call.request.mode, mode != "async" {
            guard mode == "sync" else {
                throw ApiError(
                    status: 400,
                    title: "request data constraint",
                    detail: "The accepted values for the \"X-Mode\" header are \"sync\" and \"async\"."
                )
            }
            return try await syncBatch(call)
        }
        let now = nowSeconds
        let type = call.resource.type
        let body = call.request.body
        let operation = with { state -> Operation? in
            state.operations[state.operations.add(type: type, body: body, atSeconds: now)]
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
            delays.yield(DelayedWork(due: .now + .milliseconds(delay), work: work))
        } else {
            await queue.push([work])
        }
    }
}
