import ArgumentParser
import InventoryCore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// Has the service read its configuration anew.
struct ReloadCommand: ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Has the service read its configuration anew; where it is not valid, nothing changes."
    )

    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        guard let served = CommandHost.inside?.served else {
            throw Fault(
                .inputMissing,
                code: "no_service",
                place: try configured.load().store.path,
                message: "No service owns this state folder.",
                hint: "Start it with `tidegate serve`; without a service every command reads the files anew."
            )
        }
        try await served.reload()
        try Console().line("the configuration is in use")
    }
}
