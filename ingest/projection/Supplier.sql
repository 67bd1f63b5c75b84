SELECT DISTINCT spler_h FROM supplier
