import Foundation

@testable import TidegateService

/// What a browser gets, redirects not followed.
struct PageReply: Sendable {
    let status: Int
    /// By names in lower case; of several the last.
    let headers: [String: String]
    let html: String

    init(_ answer: String) {
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        headers = Dictionary(
            lines.dropFirst().compactMap { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                guard pair.count == 2 else { return nil }
                return (pair[0].lowercased(), pair[1].trimmingCharacters(in: .whitespaces))
            }
        ) { $1 }
        html = parts.count > 1 ? String(parts[1]) : ""
    }
}

extension HTTPStage {
    /// Asks for a page as a browser does, or sends a form.
    func visit(
        _ path: String,
        form: [String: String]? = nil,
        headers: [String: String] = [:]
    ) async throws -> PageReply {
        var head = "\(form == nil ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        head += "Accept: text/html,*/*;q=0.8\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        var body = ""
        if let form {
            body = form.map { "\(PageLink.escaped($0))=\(PageLink.escaped($1))" }.joined(separator: "&")
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            head += "Content-Length: \(body.utf8.count)\r\nSec-Fetch-Site: same-origin\r\n"
        }
        let text = "\(head)\r\n\(body)"
        return try await RawClient.blocking {
            let client = try RawClient(port: port)
            client.send(text)
            return PageReply(client.rest())
        }
    }
}
