import CLinux
import Foundation
import Glibc

/// What the kernel says of this process.
package struct ProcessFigures: Hashable, Sendable {
    package var cpuSeconds = 0.0
    package var residentBytes = 0.0
    package var virtualBytes = 0.0
    package var openFiles = 0.0
    package var openFilesMax = 0.0
    package var startSeconds = 0.0

    /// Reads them; what cannot be read is 0.
    package static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        let stat = text("/proc/self/stat")
        // The name of the program, in parentheses, may hold anything.
        let fields =
            stat.lastIndex(of: ")").map { stat[stat.index(after: $0)...].split(separator: " ") } ?? []
        let ticks = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        // proc(5), counted from the state, which is its third field.
        func field(_ number: Int) -> Double {
            fields.count > number - 3 ? Double(fields[number - 3]) ?? 0 : 0
        }
        figures.cpuSeconds = (field(14) + field(15)) / ticks
        figures.virtualBytes = field(23)
        figures.residentBytes = field(24) * Double(max(sysconf(Int32(_SC_PAGESIZE)), 1))
        // Not from /proc/stat, which a hardened unit does not show.
        let booted = seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME)
        figures.startSeconds = booted + field(22) / ticks
        let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        figures.openFiles = Double(open?.count ?? 0)
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.openFilesMax = Double(limit.rlim_cur)
        }
        return figures
    }

    /// The samples of `process_*`.
    package var samples: [MetricSample] {
        [
            MetricSample("process_cpu_seconds_total", [], cpuSeconds),
            MetricSample("process_resident_memory_bytes", [], residentBytes),
            MetricSample("process_virtual_memory_bytes", [], virtualBytes),
            MetricSample("process_open_fds", [], openFiles),
            MetricSample("process_max_fds", [], openFilesMax),
            MetricSample("process_start_time_seconds", [], startSeconds),
        ]
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        Double(linux_clock_microseconds(clock)) / 1e6
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}

extension MetricsPage.Collector {
    /// Gives what the kernel says of this process, and the version of the program.
    package static func process(version: String) -> MetricsPage.Collector {
        MetricsPage.Collector("process") {
            ProcessFigures.now().samples
                + [MetricSample("tidegate_build_info", [("version", version)], 1)]
        }
    }
}
