import Foundation
import HTTPTransport
import InventoryCore
import Testing

@testable import TidegateService

@Suite("The file of secrets")
struct SecretsFileTests {
    private static let now = Bodies.now

    private func withFile(_ body: (URL) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "secrets-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file)
    }

    /// Writes another file of that name, as editors do: its number tells it from the one before.
    private func write(_ text: String, to file: URL) throws {
        try Data(text.utf8).write(to: file, options: .atomic)
    }

    private func texts(_ file: SecretsFile, _ now: Timestamp = now) throws -> [String] {
        try file.secrets(now: now).map { $0.revealed() }
    }

    @Test("given a changed file, its secrets are read anew, in their order")
    func changes() throws {
        try withFile { url in
            try write("  one \n\n\ttwo\r\n", to: url)
            let file = SecretsFile(path: url.path, isLenient: false)
            #expect(try texts(file) == ["one", "two"])
            try write("three\n", to: url)
            #expect(try texts(file) == ["three"])
        }
    }

    @Test("given a link that comes to lead elsewhere, the secrets there are read")
    func links() throws {
        try withFile { first in
            try withFile { second in
                try withFile { link in
                    try write("one", to: first)
                    try write("two", to: second)
                    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: first)
                    let file = SecretsFile(path: link.path, isLenient: false)
                    #expect(try texts(file) == ["one"])
                    try FileManager.default.removeItem(at: link)
                    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: second)
                    #expect(try texts(file) == ["two"])
                }
            }
        }
    }

    @Test("given lenient answers, a secret that has left the file counts for a day")
    func grace() throws {
        try withFile { url in
            try write("old\n", to: url)
            let file = SecretsFile(path: url.path, isLenient: true)
            #expect(try texts(file) == ["old"])
            try write("new\n", to: url)
            #expect(try texts(file) == ["new", "old"])
            #expect(try texts(file, Self.now.adding(seconds: 86399)) == ["new", "old"])
            #expect(try texts(file, Self.now.adding(seconds: 86400)) == ["new"])
        }
    }

    @Test("given a file that is gone or broken, what was read before stays in force")
    func broken() throws {
        try withFile { url in
            let file = SecretsFile(path: url.path, isLenient: false)
            for text in [
                nil, "", "\n\n", String(repeating: "a\n", count: 17), String(repeating: "a", count: 20_000),
            ] {
                if let text { try write(text, to: url) }
                let fault = #expect(throws: Fault.self) { try texts(file) }
                #expect(fault?.code == EventCode.badSecrets)
                #expect(fault?.description.contains("aa") == false)
            }
            try write("one\n", to: url)
            #expect(try texts(file) == ["one"])
            try FileManager.default.removeItem(at: url)
            #expect(try texts(file) == ["one"])
            try write("", to: url)
            #expect(try texts(file) == ["one"])
        }
    }

    @Test("given secrets in hand, no description shows them")
    func hidden() throws {
        try withFile { url in
            try write("hunter2\n", to: url)
            let secrets = try SecretsFile(path: url.path, isLenient: false).secrets(now: Self.now)
            #expect(!"\(secrets)".contains("hunter2"))
            #expect(!String(reflecting: secrets).contains("hunter2"))
        }
    }
}
