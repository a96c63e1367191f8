/// Finds the site and the owner of a location: exact names first, then patterns in order.
struct LocationIndex: Sendable {
    private var namedSites: [Location: Int] = [:]
    private var sitePatterns: [(site: Int, glob: Glob)] = []
    private var namedOwners: [Location: Int] = [:]
    private var ownerPatterns: [(fence: Int, glob: Glob)] = []
    private let onlySite: Int?

    init(sites: [Site], fences: [Fence]) {
        onlySite = sites.count == 1 ? 0 : nil
        for (number, site) in sites.enumerated() {
            for glob in site.locations {
                if glob.isExact {
                    if namedSites[Location(glob.text)] == nil { namedSites[Location(glob.text)] = number }
                } else {
                    sitePatterns.append((number, glob))
                }
            }
        }
        for (number, fence) in fences.enumerated() {
            for glob in fence.locations {
                if glob.isExact {
                    if namedOwners[Location(glob.text)] == nil { namedOwners[Location(glob.text)] = number }
                } else {
                    ownerPatterns.append((number, glob))
                }
            }
        }
    }

    func owner(of location: Location) -> Int? {
        if let owner = namedOwners[location] { return owner }
        return ownerPatterns.first { $0.glob.matches(location) }?.fence
    }

    func site(of location: Location) -> Int? {
        if let site = namedSites[location] { return site }
        return sitePatterns.first { $0.glob.matches(location) }?.site
    }

    func role(of location: Location) -> LocationRole? {
        let owner = owner(of: location)
        if let site = site(of: location) { return LocationRole(site: site, owner: owner) }
        guard owner != nil, let onlySite else { return nil }
        return LocationRole(site: onlySite, owner: owner)
    }
}
