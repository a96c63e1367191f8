import Foundation
import InventoryCore
import TidegatePipeline
import TidegateSettings

/// Where the demo keeps its snapshots, its configuration and its state.
struct DemoFolder {
    static let clientID = "tidegate-demo"
    static let clientSecret = "tidegate-demo-secret"

    private let url: URL

    /// Makes the folder, empty of an earlier demo's files.
    ///
    /// - Throws: `Fault` where it cannot be written, or holds something else.
    init(path: String) throws {
        url = URL(filePath: path)
        let marker = url.appending(path: "tidegate.yaml")
        let files = FileManager.default
        do {
            if files.fileExists(atPath: path) {
                let names = try files.contentsOfDirectory(atPath: path)
                guard names.isEmpty || files.fileExists(atPath: marker.path()) else {
                    throw Fault(
                        .cannotWriteState,
                        code: "demo_folder_in_use",
                        message: "\(path) holds files that are no demo's.",
                        hint: "Name another folder with --folder."
                    )
                }
                for name in ["state", "stock.csv", "secret", "tidegate.yaml"] {
                    let file = url.appending(path: name)
                    if files.fileExists(atPath: file.path()) { try files.removeItem(at: file) }
                }
            }
            try files.createDirectory(at: url, withIntermediateDirectories: true)
            try Data(Self.clientSecret.utf8).write(to: url.appending(path: "secret"))
            try files.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: url.appending(path: "secret").path()
            )
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(
                .cannotWriteState,
                code: "cannot_write_state",
                message: "\(path) cannot be written: \(error.localizedDescription)",
                hint: "Name a folder of yours with --folder."
            )
        }
    }

    func write(_ snapshot: String) throws {
        try Data(snapshot.utf8).write(to: url.appending(path: "stock.csv"), options: .atomic)
    }

    /// Writes the demo's configuration and reads it as any other.
    ///
    /// `service` is what the service needs beside; it may be several lines.
    func settings(shop: String, source: String = "", service: String = "") throws -> Settings {
        let path = url.appending(path: "tidegate.yaml")
        let text = """
            # Written by `tidegate demo`. The shop's address is another one each time.
            source:
              kind: file
              path: \(url.path())/stock.csv
              format: csv
              scope: full
              contract: { rows_min: 10 }
              \(source)
            units:
              - { erp: EA, per_base: 1, oro: item }
            sites:
              main: { locations: ["WH-*", "STORE-*"] }
            fences:
              key-accounts:
                customer_group: Key Accounts
                rank: 1
                publish: { sku_alias: "{sku}-KA" }
                rules: [{ match: { sku: "PUMP-*" }, hold: floor, quantity: 40 }]
              marketplace:
                customer_group: Marketplace
                rank: 2
                rules: [{ match: { sku: "LAMP-*" }, hold: percent, percent: 25 }]
            oro:
              url: \(shop)
              client_id: \(Self.clientID)
              client_secret_file: \(url.path())/secret
            orders:
              read: { every: 5s }
              grace: 1m
            store: { path: \(url.path())/state }
            \(service)
            """
        do {
            try Data(text.utf8).write(to: path)
            return try Settings.load(path: path.path())
        } catch {
            throw Fault(error)
        }
    }
}
