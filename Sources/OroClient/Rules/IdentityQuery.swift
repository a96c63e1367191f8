/// The paths and queries that tell one shop from another.
enum IdentityQuery {
    /// Some levels with their SKUs and, where the role may read it, when their organization was made.
    static func levels(_ list: Substring, size: Int) -> String {
        "\(LevelQuery.collection)?filter%5Bid%5D=\(list)&page%5Bsize%5D=\(size)"
            + "&include=product,productUnitPrecision,warehouse,organization"
            + "&fields%5Binventorylevels%5D=quantity,product,productUnitPrecision,warehouse,organization"
            + "&fields%5Bproducts%5D=sku,primaryUnitPrecision&fields%5Bproductunitprecisions%5D"
            + "=unit,precision,conversionRate&fields%5Borganizations%5D=createdAt"
    }
}
