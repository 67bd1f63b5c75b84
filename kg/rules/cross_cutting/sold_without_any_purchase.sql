-- One row: an institution and a drug that it billed and, by its own stock records, never had.
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       ingredient_form,
       CAST(MAX(packs) AS DOUBLE) AS packs,
       MAX(persons) AS persons,
       MIN(first_count) AS counted_since,
       MIN(first_purchase) AS bought_since
FROM never_stocked
WHERE judged
  AND packs >= $min_cnt
  AND CASE WHEN first_count IS NULL THEN known >= $uncounted_feed AND persons >= $uncounted_persons ELSE known >= $feed END
GROUP BY fixmedins_code, ingredient_form
ORDER BY fixmedins_code, ingredient_form
