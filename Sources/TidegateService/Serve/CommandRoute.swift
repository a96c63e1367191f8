import Foundation
import HTTPTypes
import Hummingbird
import InventoryCore
import NIOCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Carries out what was typed beside the service; on the control socket alone.
package struct CommandRoute: Sendable {
    private let shops: [ServedShop]
    private let run: RunCommand

    package init(_ shops: [ServedShop], run: @escaping RunCommand) {
        self.shops = shops
        self.run = run
    }

    /// The route, for a listener that only the control socket reaches.
    var route: Route {
        Route(.post, CommandCall.path, .operate) { call in try await respond(to: call) }
    }

    private func respond(to request: Call) async throws -> Response {
        let body = try await request.bytes(max: CommandCall.bytesMax)
        let call: CommandCall
        do {
            call = try JSONDecoder().decode(CommandCall.self, from: Data(body))
        } catch {
            throw Fault.badBody("This is no command: use the same version of tidegate.")
        }
        guard let served = shops.first(where: { $0.shop.state.folder.isSame(as: call.folder) }) else {
            throw Fault(
                .inputMissing,
                code: "unknown_shop",
                place: call.folder,
                message: "This service does not own the state folder.",
                hint: "Name the configuration by which it serves with --config."
            )
        }
        let run = run
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream"],
            body: ResponseBody { writer in
                let output = CommandOutput()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { output.end(await run(call, served, output)) }
                    for await frame in output.frames {
                        let bytes = frame.bytes
                        do {
                            try await writer.write(ByteBuffer(bytes: bytes))
                        } catch {
                            // Whoever typed it has gone: as Ctrl-C in a process of its own.
                            group.cancelAll()
                            throw error
                        }
                        output.sent(bytes.count - 5)
                    }
                    try await group.waitForAll()
                }
                try await writer.finish(nil)
            }
        )
    }
}

extension StateFolder {
    /// Whether a path leads to this folder.
    fileprivate func isSame(as other: String) -> Bool {
        URL(filePath: path).resolvingSymlinksInPath().path == other
    }
}
