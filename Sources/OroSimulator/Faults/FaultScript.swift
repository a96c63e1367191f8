/// Which faults happen when; see `docs` of the executable's `--faults`.
package struct FaultScript: Sendable {
    package init() {}
}
