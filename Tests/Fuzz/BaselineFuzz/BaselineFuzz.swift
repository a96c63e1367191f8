import DeltaEngine
import Glibc

/// Opens mutated baseline files and asks them everything: they must answer or refuse, and never crash.
///
/// An input is a whole file; `--seeds FOLDER` writes sound ones to begin with. The mutations are those of
/// `FileMutation`, which mostly seals again what it has changed.
@main
enum BaselineFuzz {
    /// In memory if there is such a folder.
    private static let path =
        "\(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp")/tidegate-fuzz.\(getpid())"

    static func main() throws {
        if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "--seeds" {
            return try SeedFiles.write(to: CommandLine.arguments[2])
        }
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = runDriver(&count, &arguments) { bytes, count in
            let file = UnsafeRawBufferPointer(start: bytes, count: count)
            BaselineQuestions(path: BaselineFuzz.path).ask(file)
            return 0
        }
    }
}

/// What libFuzzer calls to make an input of another one.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ countMax: Int, _ seed: UInt32) -> Int {
    let file = UnsafeRawBufferPointer(start: bytes, count: count)
    var mutation = FileMutation(file, bytesMax: countMax, seed: seed)
    let mutated = mutation.mutated()
    for index in mutated.indices { bytes[index] = mutated[index] }
    return mutated.count
}

/// libFuzzer's own main loop; its library is linked by the script that runs this.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
