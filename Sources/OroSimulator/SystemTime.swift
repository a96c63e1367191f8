#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Shop {
    /// Seconds since 1970 by the machine's clock.
    static func systemSeconds() -> Int64 {
        Int64(time(nil))
    }
}
