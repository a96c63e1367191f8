import AsyncHTTPClient
import Foundation
import InventoryCore
import NIOCore
import NIOHTTP1
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// The control socket of the service that owns a state folder, as the command line sees it.
struct ServiceConnection {
    private let socket: String
    private let folder: String

    /// Finds the service that owns the state folder; nothing where none answers.
    init?(_ settings: Settings) {
        let path = "\(settings.store.path)/\(StateFolder.controlSocketName)"
        guard ControlListener.answers(path) else { return nil }
        socket = path
        folder = URL(filePath: settings.store.path).resolvingSymlinksInPath().path
    }

    /// Has the service carry out a command, prints what that prints, and gives its exit status.
    ///
    /// - Throws: `Fault` where the service goes away meanwhile; what was accepted stays accepted.
    func perform(_ arguments: [String]) async throws -> Int32 {
        let console = Console()
        let call = CommandCall(
            arguments: arguments,
            folder: folder,
            who: NSUserName(),
            outputIsTerminal: console.outputIsTerminal,
            errorIsTerminal: console.errorIsTerminal
        )
        let body = try JSONEncoder().encode(call)
        var configuration = HTTPClient.Configuration()
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(5))
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let status: Int32?
        do {
            status = try await send(body, by: client, console)
        } catch {
            try await client.shutdown()
            throw (error as? ConsoleError).map { $0 as any Error } ?? ServiceConnection.fault(error, socket)
        }
        try await client.shutdown()
        guard let status else { throw ServiceConnection.gone(socket) }
        return status
    }

    private func send(_ body: Data, by client: HTTPClient, _ console: Console) async throws -> Int32? {
        let path = socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socket
        var request = HTTPClientRequest(url: "http+unix://\(path)\(CommandCall.path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, deadline: .distantFuture)
        guard response.status == .ok else {
            let text = String(buffer: try await response.body.collect(upTo: CommandCall.bytesMax))
            throw Fault(
                .internalError,
                code: "service_refused",
                place: socket,
                message: "The service answered \(response.status.code): \(text.prefix(500))",
                hint: "Use the same version of tidegate as the one that serves."
            )
        }
        var reader = CommandFrame.Reader()
        for try await buffer in response.body {
            for frame in try reader.take(buffer.readableBytesView) {
                switch frame {
                case .output(let bytes): try console.write(bytes)
                case .error(let bytes): console.noteBytes(bytes)
                case .ending(let status): return status
                }
            }
        }
        return nil
    }

    private static func fault(_ error: any Error, _ socket: String) -> any Error {
        if error is Fault || error is CancellationError || Task.isCancelled { return error }
        return gone(socket)
    }

    private static func gone(_ socket: String) -> Fault {
        Fault(
            .busy,
            code: "service_gone",
            place: socket,
            message: "The service ended while it carried out the command.",
            hint: "What was accepted stays accepted. Look with `tidegate status`, and run the command again."
        )
    }
}
