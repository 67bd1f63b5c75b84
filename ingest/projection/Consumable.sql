SELECT code AS med_list_codg, name FROM item WHERE label = 'Consumable'
